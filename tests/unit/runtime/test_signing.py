from urllib.parse import quote

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given, settings
from hypothesis import strategies as st

from causeway.runtime.signing import Signer

HOST = "service.us-east-1.amazonaws.com"
names = st.text(min_size=1, max_size=20).filter(lambda name: name not in (".", "..")).map(lambda name: quote(name, safe=""))
pairs = st.lists(names | st.tuples(names, names).map("=".join), max_size=3)
keys = st.builds(
    Credentials, *[st.text("abcXYZ0189/+", min_size=1, max_size=40)] * 2, st.none() | st.text("abc/+=", min_size=1, max_size=40)
)


def signature_by_botocore(credentials: Credentials, target: str, signed: dict[str, str], body: bytes) -> str:
    """botocore's signature of a request with these headers, made at the time they name."""
    headers = {name: value for name, value in signed.items() if name != "authorization"}
    request = AWSRequest("POST", f"https://{HOST}{target}", headers, body)
    request.context["timestamp"] = signed["x-amz-date"]
    signer = SigV4Auth(credentials, "bedrock", "us-east-1")
    return signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)


@settings(deadline=None)
@given(credentials=keys, model=names, query=pairs.map("&".join), body=st.binary(max_size=200))
def test_a_signature_is_the_one_that_botocore_makes(credentials: Credentials, model: str, query: str, body: bytes):
    target = f"/model/{model}/converse?{query}" if query else f"/model/{model}/converse"
    headers = {"content-type": "application/json", "x-amz-target": "Some_20120810.Call"}
    signed = Signer(credentials, "bedrock", "us-east-1").sign("POST", HOST, target, headers, body)
    assert signed["authorization"].rpartition("Signature=")[2] == signature_by_botocore(credentials, target, signed, body)


@pytest.mark.parametrize("token", [None, "token"])
def test_every_header_is_covered_by_the_signature(token: str | None):
    signer = Signer(Credentials("AKID", "secret", token), "es", "eu-west-1")
    signed = signer.sign("GET", HOST, "/", {"content-type": "text/plain"}, b"")
    scope, listed, _ = signed.pop("authorization").split(", ")
    assert scope == f"AWS4-HMAC-SHA256 Credential=AKID/{signed['x-amz-date'][:8]}/eu-west-1/es/aws4_request"
    assert listed == "SignedHeaders=" + ";".join(sorted(signed))
    assert signed.get("x-amz-security-token") == token
