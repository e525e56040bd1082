"""A provider's system, made of foreign parts. See README.md. Arguments: the program of the example, the Python peers' folder."""

import base64
import hashlib
import io
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import xml.etree.ElementTree as ElementTree
import zipfile

sys.path.insert(0, sys.argv[2])
import zeep  # noqa: E402
from Crypto.Cipher import AES  # noqa: E402
from Crypto.Util.Padding import pad, unpad  # noqa: E402

FILES = pathlib.Path(__file__).parents[3] / "crates/enterprise/tests/files"
ISP_ID, USER, PASSWORD = 330000000001, "xunlan", "1234567890"
KEY, INITIAL = b"0123456789ABCDEF", b"0102030405060708"
DONE = []


def check(what, condition, found=None):
    assert condition, f"{what}: {found}"
    DONE.append(what)


def file_of(name):
    text = (FILES / f"{name}.xml").read_text("utf-8")
    return text


def travelling(text, charset="GBK"):
    return f'<?xml version="1.0" encoding="{charset}"?>\n{text}'.encode(charset)


def packed(*files):
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, file in enumerate(files):
            archive.writestr(f"{number}.xml", file)
    return package.getvalue()


class Provider:
    """Speaks the interface as an access provider's system does."""

    def __init__(self, address):
        def client(path):
            return zeep.Client(f"{address}{path}?wsdl").service

        self.files = client("/ISPWebService/upDownLoad")
        self.status = client("/BeianStatusWebService/queryBeianStatus")
        self.passwords = client("/BeianStatusWebService/verifyBamm")
        self.calls = 0

    def caller(self, **changes):
        self.calls += 1
        random = f"{self.calls:020d}"
        password = changes.pop("password", PASSWORD)
        random = changes.get("randVal", random)
        digest = hashlib.md5((password + random).encode("GBK")).digest()
        caller = {"ispId": ISP_ID, "userName": USER, "randVal": random, "pwdHash": base64.b64encode(digest).decode()}
        return {**caller, "hashAlgorithm": 0, **changes}

    def read(self, text):
        reply = ElementTree.fromstring(text)
        assert reply.get("version") == "V.3.0", text
        assert len(reply.findtext("msg")) == 256, text
        return int(reply.findtext("msg_code")), reply

    def upload(self, number, package, encrypted=False, **changes):
        octets = AES.new(KEY, AES.MODE_CBC, INITIAL).encrypt(pad(package, 16)) if encrypted else package
        call = {
            **self.caller(),
            "beianInfo": base64.b64encode(octets).decode(),
            "beianInfoHash": base64.b64encode(hashlib.md5(package).digest()).decode(),
            "dataSequence": number,
            "encryptAlgorithm": int(encrypted),
            "compressionFormat": 0,
        }
        return self.read(self.files.isp_upload(**{**call, **changes}))

    def code(self, number, package, **changes):
        return self.upload(number, package, **changes)[0]

    def download(self):
        code, reply = self.read(self.files.isp_download(**self.caller()))
        return code, None if code == 2 else self.opened(reply)

    def opened(self, reply):
        info = reply.find("fileInfos")
        octets = base64.b64decode(info.findtext("beianInfo"))
        assert info.findtext("encryptAlgorithm") == "1"
        package = unpad(AES.new(KEY, AES.MODE_CBC, INITIAL).decrypt(octets), 16)
        digest = base64.b64encode(hashlib.md5(package).digest()).decode()
        assert digest == info.findtext("beianInfoHash")
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            [name] = archive.namelist()
            return info.findtext("return_FileName"), name, archive.read(name)

    def acknowledge(self, name):
        return self.read(self.files.isp_downloadack(**self.caller(), fileName=name))[0]

    def previous(self):
        return self.read(self.files.isp_querypreviousupload(**self.caller()))[1]

    def result(self):
        """The next file of results, checked, acknowledged and read."""
        code, (name, _, file) = self.download()
        assert code == 0
        assert self.acknowledge(name) in (1, 3)
        by_standard(file)
        # expat knows no GBK; the declaration goes with the octets.
        return ElementTree.fromstring(file.decode("GBK").split("?>", 1)[1])


def by_standard(file):
    folder = os.environ.get("HEYAN_ENTERPRISE_XSD")
    if not folder or not shutil.which("xmllint"):
        return
    with tempfile.NamedTemporaryFile(suffix=".xml") as kept:
        kept.write(file)
        kept.flush()
        schema = pathlib.Path(folder) / "download-data.xsd"
        command = ["xmllint", "--noout", "--nonet", "--schema", str(schema), kept.name]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr


def codes(results):
    return [int(code.text) for code in results.iter("Jgdm")]


def reports(provider):
    previous = provider.previous()
    check("nothing was reported yet", previous.findtext("fileInfos/dataSequence") == "0")
    check("and there is no file of it", previous.findtext("fileInfos/beianInfo") == "")
    tables = provider.result()
    check("the code tables come first", len(list(tables.iter("Qy_xx"))) == 31)

    operations = {"xzba": ["1"], "xzwz": ["2", "2"], "xzjr": ["3", "3"], "bgba": ["4"], "zxba": ["6", "7", "5"]}
    for number, (name, expected) in enumerate(operations.items(), 1):
        package = packed(travelling(file_of(name)))
        check(f"{name} is taken in", provider.code(number, package, encrypted=number % 2 == 0) == 0)
        results = provider.result()
        found = [one.findtext("Czlx") for one in results.iter("Jg_xx")]
        check(f"{name} has its results", found == expected, found)
        check(f"{name} has opinions", len(list(results.iter("Gjsh"))) == len(expected))
        check(f"{name} is approved", set(codes(results)) == {1001})
    check("nothing more comes", provider.download()[0] == 2)


def numbers(provider):
    previous = provider.previous()
    check("the last number is known", previous.findtext("fileInfos/dataSequence") == "5")
    check("and its file comes back", b"<ZXBA>" in provider.opened(previous)[2])
    package = packed(travelling(file_of("zxba")))
    code, reply = provider.upload(8, package)
    check("a gap is told", code == 14)
    check("with what is missing", [one.text for one in reply.iter("dataSequence")] == ["6", "7"])
    check("a repeat is answered as before", provider.code(5, package) == 0)
    check("and not worked off again", provider.download()[0] == 2)
    check("the next is taken in", provider.code(6, package) == 0)
    first, again = provider.download()[1], provider.download()[1]
    check("a file comes until it is acknowledged", first == again)
    check("the acknowledgement ends that", provider.acknowledge(first[0]) == 1)
    check("a repeated one is answered as before", provider.acknowledge(first[0]) == 1)
    check("21", provider.acknowledge("") == 21)


def wrong_calls(provider):
    def code(**changes):
        return provider.read(provider.files.isp_download(**provider.caller(**changes)))[0]

    check("4", code(userName="nobody") == 4)
    check("5", code(password="guess") == 5)
    check("12, another character", code(randVal="a" * 19 + "-") == 12)
    check("a value once", code(randVal="b" * 20) == 2)
    check("12, a value twice", code(randVal="b" * 20) == 12)
    check("13", code(ispId=1) == 13)
    check("16", code(randVal="short") == 16)
    check("10, of a download", code(hashAlgorithm=1) == 10)

    package = packed(travelling(file_of("zxba")))
    check("6", provider.code(7, package, encryptAlgorithm=1) == 6)
    check("7", provider.code(7, package, beianInfoHash="AAAA") == 7)
    check("7, cut short", provider.code(7, package, beianInfo=base64.b64encode(package).decode()[:-3]) == 7)
    check("8", provider.code(7, b"no package") == 8)
    check("9", provider.code(7, package, encryptAlgorithm=2) == 9)
    check("11", provider.code(7, package, compressionFormat=1) == 11)
    check("17", provider.code(7, packed(b"<a/>", b"<b/>")) == 17)
    check("18, a bomb", provider.code(7, packed(b" " * (51 << 20))) == 18)


def wrong_files(provider):
    whole = file_of("zxba")
    laughs = '<!DOCTYPE UploadData [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    outside = '<!DOCTYPE UploadData [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    cases = [
        ("5001", travelling(whole.replace("<Zxlb>0", "<Zxlb>3")), [5001], "/UploadData/ICP/ZXBA/Zx_xx[1]/Zxlb"),
        ("5001, billion laughs", travelling(laughs + whole), [5001], "DTD"),
        ("5001, XXE", travelling(outside + whole), [5001], "DTD"),
        ("5001, UTF-8", travelling(whole, "UTF-8"), [5001], "GBK"),
        ("5003", travelling(whole.replace(str(ISP_ID), "1")), [5003], "Qqdwid"),
        ("5004", travelling(whole.replace("V.3.0", "V.2.0")), [5004], "V.3.0"),
        ("5008", travelling(whole).replace("不".encode("GBK"), b"\xff\xff"), [5008], ""),
        ("5010", travelling(file_of("xzba").replace("aW52ZW50ZWQ=", "-")), [5010], None),
        ("5011", travelling(file_of("closed")), [5011, 5011, 1001], "WBACLJG"),
        ("5011, addresses", travelling(file_of("addresses")), [5011], "IP"),
        ("5011, domains", travelling(file_of("domains")), [5011], "YM"),
    ]
    for number, (what, file, expected, note) in enumerate(cases, 7):
        check(f"{what}: taken in", provider.code(number, packed(file)) == 0)
        results = provider.result()
        check(what, codes(results) == expected, codes(results))
        if note is not None:
            check(f"{what}: told where", note in results.find("ICP/BAJG/Jg_xx").findtext("Bz"))


def questions(provider):
    def asked(condition):
        call = {**provider.caller(), "queryConditionType": 0, "queryCondition": condition}
        return provider.read(provider.status.isp_querybeianstatus(**call))[1].findtext("StatusInfo/Bazt")

    check("on record", asked("xunlan.example") == "0")
    check("not on record", asked("nobody.example") == "1")
    answer = provider.passwords.isp_verifybamm(**provider.caller(), baxh="E1", bamm="1")
    check("passwords are gone", provider.read(answer)[0] == 5011)


def large(provider, process):
    """As much as the standard lets a file have: a thousand records with attachments, nearly fifty megabytes."""
    text = file_of("xzba")
    begin, end = text.index("<Baxx>"), text.index("</Baxx>") + len("</Baxx>")
    attachment = base64.b64encode(os.urandom(33_000)).decode()
    record = text[begin:end].replace("aW52ZW50ZWQ=", attachment)
    file = travelling(text[:begin] + record * 1_000 + text[end:])
    assert 45_000_000 < len(file) < 50 << 20, len(file)
    last = int(provider.previous().findtext("fileInfos/dataSequence"))
    check("a large file is taken in", provider.code(last + 1, packed(file), encrypted=True) == 0)
    check("and all of it read", codes(provider.result()) == [1001] * 1_000)
    status = pathlib.Path(f"/proc/{process.pid}/status")
    if status.exists():
        [peak] = [int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        check("within 300 MB", peak < 300_000, f"{peak} kB")
        print(f"the most memory with a file of {len(file) >> 20} MB: {peak >> 10} MB")


def no_calls(address):
    laughs = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><Envelope><Body><isp_download/></Body></Envelope>'
    for what, body in [("no SOAP", "text"), ("billion laughs", laughs)]:
        request = urllib.request.Request(f"{address}/ISPWebService/upDownLoad", body.encode())
        try:
            urllib.request.urlopen(request)
            raise AssertionError(f"{what} was answered")
        except urllib.error.HTTPError as error:
            check(f"{what} is a fault", error.code == 500 and b"<faultcode>soap:Client" in error.read())


def main():
    process = subprocess.Popen([sys.argv[1]], stdout=subprocess.PIPE, text=True)
    try:
        address = process.stdout.readline().removeprefix("listening on ").strip()
        provider = Provider(address)
        reports(provider)
        numbers(provider)
        wrong_calls(provider)
        wrong_files(provider)
        questions(provider)
        large(provider, process)
        no_calls(address)
    finally:
        process.terminate()
        process.wait()
    print(f"enterprise interface: zeep {zeep.__version__}, {len(DONE)} checks passed")


main()
