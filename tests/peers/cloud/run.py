"""The vendors' SDKs against our double, and our requests against the SDKs. See README.md.

Arguments: the program heyan, our example `send`, the Python peers' folder."""

import http.server
import json
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

PHONE = "15400000001"
REFUSED = "15400000009"
KEY, SECRET = "AKIDexample", "secret"
SIGN_NAME = "\u5de5\u4fe1\u90e8"
NAME = "\u4e66\u5e97 +&=*~'\""
PATIENCE_S = 60

SCRIPT = """
[[cloud.rules]]
number_ends = "9"
code = "{code}"
"""


class Listener:
    """A server on loopback that keeps what it is told, and answers as it is asked to."""

    def __init__(self, answer):
        heard = self.heard = []
        changed = self.changed = threading.Condition()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                reply = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)
                with changed:
                    heard.append((self.path, dict(self.headers), body))
                    changed.notify_all()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def expect(self):
        with self.changed:
            if not self.changed.wait_for(lambda: self.heard, PATIENCE_S):
                raise AssertionError("nothing was heard")
            return self.heard[0]


class Double:
    """`heyan sms simulate` of one vendor on a free port, and what it has printed."""

    def __init__(self, heyan, vendor, code, callback, folder):
        script = f"{folder}/peers-cloud-{vendor}.toml"
        with open(script, "w") as file:
            file.write(SCRIPT.format(code=code))
        command = [heyan, "sms", "simulate", f"--{vendor}", "127.0.0.1:0", "--script", script, "--callback", callback]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.address = re.fullmatch(vendor + r" on ([\d.:]+)\n", self.process.stdout.readline()).group(1)
        self.lines = []
        self.changed = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            with self.changed:
                self.lines.append(line.rstrip())
                self.changed.notify_all()

    def expect(self, pattern):
        with self.changed:
            if not self.changed.wait_for(lambda: any(re.search(pattern, line) for line in self.lines), PATIENCE_S):
                raise AssertionError(f"{pattern!r} is not in:\n" + "\n".join(self.lines))

    def stop(self):
        self.process.terminate()
        if self.process.wait(PATIENCE_S) != 0:
            raise AssertionError("the double did not end well")


def same(found, expected):
    if found != expected:
        raise AssertionError(f"{found!r}, expected {expected!r}")


def tencent_client(address, secret):
    from tencentcloud.common import credential
    from tencentcloud.common.profile.client_profile import ClientProfile
    from tencentcloud.common.profile.http_profile import HttpProfile
    from tencentcloud.sms.v20210111 import sms_client

    profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=address))
    return sms_client.SmsClient(credential.Credential(KEY, secret), "ap-guangzhou", profile)


def tencent_request(phone):
    from tencentcloud.sms.v20210111 import models

    request = models.SendSmsRequest()
    request.PhoneNumberSet = ["+86" + phone]
    request.SmsSdkAppId = "1400006666"
    request.TemplateId = "1110"
    request.SignName = SIGN_NAME
    request.TemplateParamSet = ["012345", NAME]
    request.SessionContext = "m1"
    return request


def tencent(heyan, folder):
    from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException

    customer = Listener({"result": 0, "errmsg": "OK"})
    double = Double(heyan, "tencent", "LimitExceeded.PhoneNumberDailyLimit", f"http://{customer.address}/r", folder)
    try:
        status = tencent_client(double.address, SECRET).SendSms(tencent_request(PHONE)).SendStatusSet[0]
        same((status.Code, status.PhoneNumber, status.SessionContext), ("Ok", "+86" + PHONE, "m1"))
        receipt = json.loads(customer.expect()[2])[0]
        same((receipt["sid"], receipt["mobile"], receipt["report_status"]), (status.SerialNo, PHONE, "SUCCESS"))
        double.expect(r"submit 5000:\d+ to 154\*{4}0001, template 1110, 2 parameters, signature \S+, Ok:")
        double.expect(r"receipt 5000:\d+ DELIVRD, status 200")
        status = tencent_client(double.address, SECRET).SendSms(tencent_request(REFUSED)).SendStatusSet[0]
        same((status.Code, status.SerialNo), ("LimitExceeded.PhoneNumberDailyLimit", ""))
        try:
            tencent_client(double.address, "another").SendSms(tencent_request(PHONE))
            raise AssertionError("a wrong secret was accepted")
        except TencentCloudSDKException as error:
            same(error.get_code(), "AuthFailure.SignatureFailure")
        double.stop()
    finally:
        double.process.kill()


def tencent_checks(send, _):
    """What we send has the signature that the SDK would make of it."""
    import hashlib

    from tencentcloud.common.sign import Sign

    status = {"SerialNo": "5000:1", "PhoneNumber": "+86" + PHONE, "Code": "Ok", "Message": "send success"}
    vendor = Listener({"Response": {"SendStatusSet": [status], "RequestId": "1"}})
    said = subprocess.run(
        [send, "tencent", f"http://{vendor.address}", KEY, SECRET, PHONE], check=True, capture_output=True, text=True,
        timeout=PATIENCE_S,
    ).stdout
    same(said, 'Answered { ticket: Ticket(1), carrier_id: "5000:1" }\n')
    path, headers, body = vendor.expect()
    headers = {name.lower(): value for name, value in headers.items()}
    same(path, "/")
    same((headers["x-tc-action"], headers["x-tc-version"]), ("SendSms", "2021-01-11"))
    same(headers["host"], vendor.address)
    sent = json.loads(body)
    expected = json.loads(tencent_request(PHONE).to_json_string())
    same(sent, {name: value for name, value in expected.items() if value is not None})
    date = time.strftime("%Y-%m-%d", time.gmtime(int(headers["x-tc-timestamp"])))
    signed = "content-type;host;x-tc-action"
    lines = "".join(f"{name}:{headers[name].lower()}\n" for name in signed.split(";"))
    canonical = f"POST\n/\n\n{lines}\n{signed}\n{hashlib.sha256(body).hexdigest()}"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = f"TC3-HMAC-SHA256\n{headers['x-tc-timestamp']}\n{date}/sms/tc3_request\n{hashed}"
    signature = Sign.sign_tc3(SECRET, date, "sms", to_sign)
    same(
        headers["authorization"],
        f"TC3-HMAC-SHA256 Credential={KEY}/{date}/sms/tc3_request, SignedHeaders={signed}, Signature={signature}",
    )


def alibaba_client(address, secret):
    from alibabacloud_dysmsapi20170525.client import Client
    from alibabacloud_tea_openapi.utils_models import Config

    return Client(Config(access_key_id=KEY, access_key_secret=secret, endpoint=address, protocol="http"))


def alibaba_send(address, secret, phone):
    from alibabacloud_dysmsapi20170525 import models

    request = models.SendSmsRequest(
        phone_numbers=phone, sign_name=SIGN_NAME, template_code="SMS_1", out_id="m1",
        template_param=json.dumps({"code": "012345", "name": NAME}, ensure_ascii=False),
    )
    return alibaba_client(address, secret).send_sms(request)


def alibaba(heyan, folder):
    customer = Listener({"code": 0, "msg": "OK"})
    double = Double(heyan, "alibaba", "isv.BUSINESS_LIMIT_CONTROL", f"http://{customer.address}/r", folder)
    try:
        answer = alibaba_send(double.address, SECRET, PHONE).body
        same((answer.code, answer.message), ("OK", "OK"))
        receipt = json.loads(customer.expect()[2])[0]
        same((receipt["biz_id"], receipt["phone_number"], receipt["success"]), (answer.biz_id, PHONE, True))
        same(receipt["out_id"], "m1")
        double.expect(r"submit \d+\^0 to 154\*{4}0001, template SMS_1, 2 parameters, signature \S+, OK:")
        double.expect(r"receipt \d+\^0 DELIVRD, status 200")
        same(alibaba_send(double.address, SECRET, REFUSED).body.code, "isv.BUSINESS_LIMIT_CONTROL")
        try:
            alibaba_send(double.address, "another", PHONE)
            raise AssertionError("a wrong secret was accepted")
        except AssertionError:
            raise
        except Exception as error:  # The SDK has several kinds of its own.
            same(getattr(error, "code", None), "SignatureDoesNotMatch")
        double.stop()
    finally:
        double.process.kill()


def alibaba_checks(send, _):
    """What we send has the signature that the SDK would make of it."""
    from alibabacloud_tea_openapi.utils import Utils
    from darabonba.request import DaraRequest

    vendor = Listener({"Code": "OK", "Message": "OK", "BizId": "9^0", "RequestId": "1"})
    said = subprocess.run(
        [send, "alibaba", f"http://{vendor.address}", KEY, SECRET, PHONE], check=True, capture_output=True, text=True,
        timeout=PATIENCE_S,
    ).stdout
    same(said, 'Answered { ticket: Ticket(1), carrier_id: "9^0" }\n')
    path, headers, body = vendor.expect()
    headers = {name.lower(): value for name, value in headers.items()}
    url = urllib.parse.urlsplit(path)
    same((url.path, body), ("/", b""))
    query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
    same(json.loads(query.pop("TemplateParam")), {"code": "012345", "name": NAME})
    same(query, {"PhoneNumbers": PHONE, "SignName": SIGN_NAME, "TemplateCode": "1110", "OutId": "m1"})
    same((headers["x-acs-action"], headers["x-acs-version"]), ("SendSms", "2017-05-25"))
    request = DaraRequest()
    request.method, request.pathname = "POST", "/"
    request.query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
    request.headers = {n: v for n, v in headers.items() if n.startswith("x-acs-") or n in ("host", "content-type")}
    payload = headers["x-acs-content-sha256"]
    same(payload, Utils.hex_encode(Utils.hash(body, "ACS3-HMAC-SHA256")))
    same(headers["authorization"], Utils.get_authorization(request, "ACS3-HMAC-SHA256", payload, KEY, SECRET))


def main():
    heyan, send, packages = sys.argv[1:]
    sys.path.insert(0, packages)
    failed = False
    folder = tempfile.TemporaryDirectory()
    for check, program in ((tencent, heyan), (tencent_checks, send), (alibaba, heyan), (alibaba_checks, send)):
        begin = time.monotonic()
        try:
            check(program, folder.name)
            print(f"ok      {check.__name__} ({time.monotonic() - begin:.1f} s)", flush=True)
        except Exception as error:  # Whatever a foreign program does, the next one is tried.
            failed = True
            print(f"FAILED  {check.__name__}: {error!r}", flush=True)
    sys.exit(1 if failed else 0)


main()
