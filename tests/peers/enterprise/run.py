"""A provider's system, made of foreign parts. See README.md. Arguments: the program, the Python peers' folder."""

import base64
import hashlib
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import xml.etree.ElementTree as ElementTree
import zipfile

sys.path.insert(0, sys.argv[2])
import zeep  # noqa: E402
from Crypto.Cipher import AES  # noqa: E402
from Crypto.Util.Padding import pad, unpad  # noqa: E402

FILES = pathlib.Path(__file__).parents[3] / "crates/enterprise/tests/files"
ISP_ID, USER, PROVIDER = 330000000001, "xunlan", "other"
PEOPLE = {"15400000101": "120173", "15400000102": "010013", "15400000104": "120173"}
PATIENCE = 30
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


class Server:
    """The program, as somebody starts it who wants to try it."""

    def __init__(self, program, folder):
        self.program, self.folder, self.entered = program, folder, set()
        made = self.command("enterprise", "open", PROVIDER, "--isp-id", str(ISP_ID), "--user", USER, "--encrypted")
        self.secret = dict(line.split() for line in made.splitlines()[:5])
        self.start()

    def command(self, *words):
        place = ["--sandbox", "--data", self.folder]
        run = subprocess.run([self.program, *words, *place], capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
        return run.stdout

    def start(self):
        words = ["serve", "--sandbox", "--data", self.folder, "--listen", "127.0.0.1:0", "--enterprise", "127.0.0.1:0"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen([self.program, *words], **pipes)
        self.api = self.process.stdout.readline().removeprefix("listening on ").strip()
        for line in self.process.stderr:
            if line.startswith("enterprise interface: "):
                self.desk = line.removeprefix("enterprise interface: ").strip()
                break
        # What it says later must not fill the pipe.
        threading.Thread(target=self.process.stderr.read, daemon=True).start()

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def ask(self, path, body=None, who=PROVIDER):
        headers = {"Authorization": f"Bearer test_{who}", "Content-Type": "application/json", "If-Match": "*"}
        headers["Idempotency-Key"] = os.urandom(8).hex()
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(self.api + path, data, headers)) as reply:
            return json.loads(reply.read() or b"null")

    def standing(self, *states):
        """How many filings stand so."""
        filings = self.ask("/v1/filings?limit=100")["items"]
        return sum(one["state"] in states for one in filings)

    def verify(self):
        """Everybody who was sent a code enters it; messages go out within a second."""
        entered = set()

        def done():
            for phone, last_six in PEOPLE.items():
                for message in self.ask(f"/v1/sandbox/messages?phone={phone}")["items"]:
                    if message["id"] not in entered | self.entered:
                        entered.add(message["id"])
                        code = re.search(r"\d{6}", message["text"]).group()
                        body = {"smsValidCode": code, "mobileNum": phone, "certNum": last_six}
                        self.ask("/pquery/smsValidate/validateByCondition", body)
            return self.standing("verifying") == 0

        wait_until(done)
        self.entered |= entered

    def approve(self):
        for review in self.ask("/v1/reviews", who="admin_zhejiang")["items"]:
            path = f"/v1/reviews/{review['filing_id']}"
            self.ask(f"{path}/claim", {}, "admin_zhejiang")
            self.ask(f"{path}/approve", {}, "admin_zhejiang")


class Provider:
    """Speaks the interface as an access provider's system does."""

    def __init__(self, address, secret):
        def client(path):
            return zeep.Client(f"{address}{path}?wsdl").service

        self.files = client("/ISPWebService/upDownLoad")
        self.status = client("/BeianStatusWebService/queryBeianStatus")
        self.passwords = client("/BeianStatusWebService/verifyBamm")
        self.secret = secret
        self.key, self.initial = secret["key"].encode(), secret["iv"].encode()

    def caller(self, **changes):
        random = os.urandom(10).hex()
        password = changes.pop("password", self.secret["password"])
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
        octets = AES.new(self.key, AES.MODE_CBC, self.initial).encrypt(pad(package, 16)) if encrypted else package
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
        package = unpad(AES.new(self.key, AES.MODE_CBC, self.initial).decrypt(octets), 16)
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
        end = time.monotonic() + PATIENCE
        code, waiting = self.download()
        while code == 2 and time.monotonic() < end:
            time.sleep(0.1)
            code, waiting = self.download()
        assert code == 0, "no results come"
        name, _, file = waiting
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


def named(results, name):
    return [one.text for one in results.iter(name)]


def reports(server, provider):
    previous = provider.previous()
    check("nothing was reported yet", previous.findtext("fileInfos/dataSequence") == "0")
    check("and there is no file of it", previous.findtext("fileInfos/beianInfo") == "")
    tables = provider.result()
    check("the code tables come first", len(list(tables.iter("Qy_xx"))) == 31)
    check("with the unit itself", named(tables, "Id")[:1] == [str(ISP_ID)] or str(ISP_ID) in named(tables, "Id"))

    ids = {}

    def through(number, name, text, operations):
        package = packed(travelling(text))
        check(f"{name} is taken in", provider.code(number, package, encrypted=number % 2 == 0) == 0)
        wait_until(lambda: server.standing("verifying", "in_review") == len(operations))
        server.verify()
        server.approve()
        results = provider.result()
        check(f"{name} is approved", codes(results) == [1001] * len(operations), codes(results))
        check(f"{name} has its results", named(results, "Czlx")[: len(operations)] == operations)
        check(f"{name} has opinions", set(named(results, "Shjg")) == {"1"})
        for note in named(results, "Bz"):
            ids.update(re.findall(r"([^；\s]+号(?:-\d+)?) (?:Ztid|Wzid)=(\d+)", note))
        return results

    through(1, "XZBA", file_of("xzba"), ["1"])
    record = provider.result()
    check("the record follows", named(record, "Baxh") == ["浙ICP备00000001号", "浙ICP备00000001号-1", "浙ICP备00000001号-2"])
    entity, [first, second] = record.find(".//Ztid").text, named(record, "Wzid")
    check("its ids are those of the notes", ids["浙ICP备00000001号"] == entity and ids["浙ICP备00000001号-2"] == second)
    check("it names the provider's own ids", named(record, "IspZtid") == ["1001"] and named(record, "IspWzid") == ["2001", "2002"])

    services = one_record(file_of("xzwz"), "Xzxx").replace("xunlan.example", "third.example").replace("lan.example", "fourth.example")
    through(2, "XZWZ", services, ["2"])
    access = one_record(file_of("xzjr"), "Xzxx")
    through(3, "XZJR", access, ["3"])
    change = file_of("bgba").replace("<Ztid>9001<", f"<Ztid>{entity}<").replace("<Wzid>9002<", f"<Wzid>{first}<")
    through(4, "BGBA", change, ["4"])
    changed = provider.result()
    check("what has changed follows", named(changed, "Ztid") == [entity])
    for number, (kind, id, operation) in enumerate([(2, second, "5"), (1, second, "7"), (0, entity, "6")], 5):
        cancel = f"<Zx_xx><Zxlb>{kind}</Zxlb><Jlid>{id}</Jlid><Zxly>1</Zxly></Zx_xx>"
        text = re.sub(r"<Zx_xx>.*</Zx_xx>", cancel, file_of("zxba"), flags=re.DOTALL)
        through(number, f"ZXBA {kind}", text, [operation])
        if kind != 2:
            check("what is gone follows", named(provider.result(), "Jlid") == [id])
    check("nothing more comes", provider.download()[0] == 2)


def one_record(text, name):
    """The file with the first of its records alone."""
    end = text.index(f"</{name}>") + len(f"</{name}>")
    last = text.rindex(f"</{name}>") + len(f"</{name}>")
    return text[:end] + text[last:]


def wait_until(happens):
    end = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.1)


def refused(server, provider, last):
    """Records that cannot be filed, and one whose heads let the time pass."""
    text = file_of("xzba")
    other = text.replace("1001", "1005").replace("91999999MA99EX0164", "91999999MA99EX0199").replace("xunlan.example", "fifth.example").replace("lan.example", "sixth.example")
    check("one that will be returned", provider.code(last + 1, packed(travelling(other))) == 0)
    wait_until(lambda: server.standing("verifying") == 1)
    wrong = other.replace("15400000101;", "10000000000;").replace("fifth.example", "fifth").replace("<Shiid>330100", "<Shiid>440100")
    expected = [
        (other, [1052], "fil_"),
        (wrong.replace("<Shiid>440100", "<Shiid>330100"), [1011, 1004], "Zt_xx/Fzr/Fzr_sjhm"),
        (wrong, [1019], "Zt_xx/Txdz/Shiid"),
        (file_of("bgba").replace("<Ztid>9001<", "<Ztid>3300000077<"), [1016], "Zt_xx/Baxh"),
    ]
    for number, (file, found, note) in enumerate(expected, last + 2):
        check("a file is taken in, whatever is in it", provider.code(number, packed(travelling(file))) == 0)
        results = provider.result()
        check(f"{found}", codes(results) == found, codes(results))
        check(f"{found}: told where", note in results.find(".//Bz").text, results.find(".//Bz").text)
    server.ask("/v1/sandbox/clock/advance", {"seconds": 3 * 86_400})
    results = provider.result()
    check("a return is an opinion", named(results, "Shjg") == ["0"] and codes(results) == [])
    check("that says why", "短信核验未通过" in named(results, "Shyj")[0])
    return last + 5


def numbers(server, provider):
    previous = provider.previous()
    check("the last number is known", previous.findtext("fileInfos/dataSequence") == "7")
    check("and its file comes back", b"<ZXBA>" in provider.opened(previous)[2])
    package = packed(travelling(file_of("zxba")))
    code, reply = provider.upload(10, package)
    check("a gap is told", code == 14)
    check("with what is missing", [one.text for one in reply.iter("dataSequence")] == ["8", "9"])
    check("a repeat is answered as before", provider.code(7, package) == 0)
    check("and not worked off again", provider.download()[0] == 2)
    check("the next is taken in", provider.code(8, package) == 0)
    wait_until(lambda: provider.download()[0] == 0)
    server.stop()
    server.start()
    provider = Provider(server.desk, server.secret)
    first, again = provider.download()[1], provider.download()[1]
    check("a file comes until it is acknowledged, over a restart too", first == again)
    check("the acknowledgement ends that", provider.acknowledge(first[0]) == 1)
    check("a repeated one is answered as before", provider.acknowledge(first[0]) == 1)
    check("21", provider.acknowledge("") == 21)
    return provider


def wrong_calls(provider, last):
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
    check("6", provider.code(last + 1, package, encryptAlgorithm=1) == 6)
    check("7", provider.code(last + 1, package, beianInfoHash="AAAA") == 7)
    check("7, cut short", provider.code(last + 1, package, beianInfo=base64.b64encode(package).decode()[:-3]) == 7)
    check("8", provider.code(last + 1, b"no package") == 8)
    check("9", provider.code(last + 1, package, encryptAlgorithm=2) == 9)
    check("11", provider.code(last + 1, package, compressionFormat=1) == 11)
    check("17", provider.code(last + 1, packed(b"<a/>", b"<b/>")) == 17)
    check("18, a bomb", provider.code(last + 1, packed(b" " * (51 << 20))) == 18)


def wrong_files(provider, last):
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
        ("5011", travelling(file_of("closed")), [5011, 5011, 1016], "WBACLJG"),
        ("5011, addresses", travelling(file_of("addresses")), [5011], "IP"),
        ("5011, domains", travelling(file_of("domains")), [5011], "YM"),
    ]
    for number, (what, file, expected, note) in enumerate(cases, last + 1):
        check(f"{what}: taken in", provider.code(number, packed(file)) == 0)
        results = provider.result()
        check(what, codes(results) == expected, codes(results))
        if note is not None:
            check(f"{what}: told where", note in results.find("ICP/BAJG/Jg_xx").findtext("Bz"))
    return last + len(cases)


def questions(server, provider):
    def asked(kind, condition):
        call = {**provider.caller(), "queryConditionType": kind, "queryCondition": condition}
        return provider.read(provider.status.isp_querybeianstatus(**call))[1].find("StatusInfo")

    check("not on record", asked(0, "nobody.example").findtext("Bazt") == "1")
    check("on record, by domain", asked(0, "seventh.example").findtext("Wzbah") == "浙ICP备00000002号-1")
    check("on record, by document", asked(1, "91999999MA99EX0177").findtext("Ztbah") == "浙ICP备00000002号")
    answer = provider.passwords.isp_verifybamm(**provider.caller(), baxh="E1", bamm="1")
    check("passwords are gone", provider.read(answer)[0] == 5011)


def another(server, provider, last):
    text = file_of("xzba").replace("91999999MA99EX0164", "91999999MA99EX0177")
    text = text.replace("xunlan.example", "seventh.example").replace("lan.example", "eighth.example")
    assert provider.code(last + 1, packed(travelling(text))) == 0
    wait_until(lambda: server.standing("verifying") == 1)
    server.verify()
    server.approve()
    assert codes(provider.result()) == [1001]
    provider.result()
    return last + 1


def large(provider, process, last):
    """As much as the standard lets a file have: a thousand records with attachments, nearly fifty megabytes."""
    text = file_of("xzba")
    begin, end = text.index("<Baxx>"), text.index("</Baxx>") + len("</Baxx>")
    attachment = base64.b64encode(os.urandom(33_000)).decode()
    record = text[begin:end].replace("aW52ZW50ZWQ=", attachment)
    file = travelling(text[:begin] + record * 1_000 + text[end:])
    assert 45_000_000 < len(file) < 50 << 20, len(file)
    check("a large file is taken in", provider.code(last + 1, packed(file), encrypted=True) == 0)
    check("and all of it read", codes(provider.result()) == [1052] * 999)
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
    with tempfile.TemporaryDirectory() as folder:
        server = Server(sys.argv[1], folder)
        try:
            provider = Provider(server.desk, server.secret)
            reports(server, provider)
            provider = numbers(server, provider)
            codes_of_rest = provider.download()
            check("nothing waits", codes_of_rest[0] == 2)
            wrong_calls(provider, 8)
            last = refused(server, provider, 8)
            last = wrong_files(provider, last)
            last = another(server, provider, last)
            questions(server, provider)
            no_calls(server.desk)
            large(provider, server.process, last)
        finally:
            server.stop()
    print(f"enterprise interface: zeep {zeep.__version__}, {len(DONE)} checks passed")


main()
