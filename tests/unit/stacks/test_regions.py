"""What AWS fixes per region, against what AWS publishes."""

from stacks.regions import REGIONS, geography

# `spark.json` of image_uri_config in the SageMaker Python SDK.
SPARK_IMAGES = {
    "us-east-1": "173754725891",
    "us-east-2": "314815235551",
    "us-west-2": "153931337802",
    "eu-west-1": "571004829621",
    "eu-central-1": "906073651304",
}


def test_images_of_spark_come_from_the_account_that_aws_has_in_each_region() -> None:
    assert {name: region.spark_images for name, region in REGIONS.items()} == SPARK_IMAGES


def test_no_two_regions_share_a_prefix_list() -> None:
    lists = [each for region in REGIONS.values() for each in (region.s3_prefix_list, region.dynamodb_prefix_list)]
    assert len(set(lists)) == len(lists)


def test_a_geography_is_what_comes_before_the_direction() -> None:
    assert [geography(each) for each in ("us-east-1", "eu-central-1", "us-gov-west-1")] == ["us", "eu", "us-gov"]
