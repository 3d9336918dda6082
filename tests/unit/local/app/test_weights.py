import json

from local.app import weights


def test_the_weights_go_where_the_templates_copy_them_from(tmp_path):
    resource = {"Type": "Custom::ModelArtifact", "Properties": {"WeightsBucket": "models", "WeightsPrefix": "bge/"}}
    (tmp_path / "a.template.json").write_text(json.dumps({"Resources": {"Artifact": resource, "Other": {"Type": "AWS::S3::Bucket"}}}))
    assert weights.sources(tmp_path) == {("models", "bge/")}
