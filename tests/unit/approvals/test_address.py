import pytest

from causeway.approvals.address import page_address


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("a1.execute-api.us-east-1.amazonaws.com", "https://a1.execute-api.us-east-1.amazonaws.com/prod/v1/approvals/page"),
        ("a1.execute-api.localhost:4566", "http://a1.execute-api.localhost:4566/prod/v1/approvals/page"),
        ("localhost.example.com", "https://localhost.example.com/v1/approvals/page"),
    ],
)
def test_the_page_is_where_the_api_says_it_is_itself_with_the_stage_only_where_the_name_is_api_gateways(host: str, address: str) -> None:
    assert page_address({"domainName": host, "stage": "prod"}) == address
