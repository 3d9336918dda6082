"""Every private name of ministack that this wrapper touches, checked once at start.

The names are those of the pinned version; another version may use them differently, so the version is checked too.
"""

from __future__ import annotations

import importlib
from importlib.metadata import version
from typing import Any

CHECKED_VERSION = "1.5.33"
NAMES = {
    "app": ("app", "_build_persistence_save_dict", "pin_request_origin"),
    "core.iam_actions": ("_s3_batch_delete_targets", "extract_resource_arn", "request_tag_context"),
    "core.iam_evaluator": ("_conditions_met", "_resolve_condition_key", "enforce"),
    "core.lambda_runtime": (
        "Worker",
        "_lock",
        "_workers",
        "_account_region_from_function_config",
        "_worker_class_for",
        "execution_credentials",
        "kill_workers",
        "reset",
    ),
    "core.persistence": ("save_all",),
    "core.responses": ("get_account_id", "set_request_account_id"),
    "services.apigateway_v1": (
        "_api_key_from_request",
        "_build_lambda_event_v1",
        "_call_lambda_raw",
        "_check_request_validation",
        "_extract_lambda_ref_from_integration_uri",
        "_gateway_error_response",
        "_gw_error",
        "_invoke_lambda_proxy_v1",
        "_lambda_proxy_response",
        "_model_schema",
        "_resolve_api_key",
        "_usage_plans_for_key",
    ),
    "services.bedrock": ("_get_guardrail", "_guardrail_versions"),
    "services.bedrock_runtime": (
        "_converse",
        "_converse_blocks_from_message",
        "_CONVERSE_STREAM_RE",
        "_error",
        "_es_encode_message",
        "_es_event",
        "_evaluate_guardrail",
        "_guardrail_not_found",
        "_invoke_model",
        "_invoke_model_with_response_stream",
        "_last_user_text",
        "_normalize_model_id",
        "_proxy_openai_chat_message",
        "_resolve_guardrail",
        "_validate_converse_request",
        "handle_request",
    ),
    "services.cloudformation.changesets": ("validate_template_support",),
    "services.cloudformation.custom_resource": ("deliver_response",),
    "services.cloudformation.handlers": ("validate_template_support",),
    "services.cloudformation.provisioners": ("_RESOURCE_HANDLERS", "_ec2_sg_permissions"),
    "services.cloudformation.stacks": ("_runs_on_worker_thread",),
    "services.cloudwatch": ("record_metric",),
    "services.cloudwatch_logs": ("_log_groups",),
    "services.dynamodb": ("_ExprEval", "_condition_syntax_error", "_evaluate_condition", "_tables", "_tokenize"),
    "services.ec2": ("_security_groups", "_subnets", "_vpce_fields_xml"),
    "services.eventbridge": ("_dispatch_event", "_event_bus_policies", "_put_events", "json_response"),
    "services.iam": ("_roles",),
    "services.lambda_svc": (
        "_emit_lambda_logs",
        "_execute_function_warm",
        "_execute_function_with_config_scope",
        "_functions",
        "_reserved_concurrency",
        "_resolve_layer_zip",
        "_throttle_response",
        "get_state",
        "load_persisted_state",
    ),
    "services.s3": ("_fire_s3_event",),
    "services.sns": ("_fanout",),
    "services.sqs": (
        "_HANDLERS",
        "_collect_msgs",
        "_delete_messages_for_esm",
        "_dlq_sweep",
        "_expire_retained",
        "_get_q",
        "_queues_lock",
        "_receive_messages_for_esm",
        "_validate_batch_entries",
    ),
    "services.ssm": ("_describe_parameters",),
    "services.stepfunctions": (
        "_ExecutionError",
        "_SERVICE_DISPATCH",
        "_apply_catcher",
        "_apply_jsonata_arguments",
        "_apply_jsonata_output",
        "_apply_jsonata_template",
        "_apply_state_assign",
        "_execute_choice",
        "_execute_pass",
        "_execute_wait",
        "_fail_state_error",
        "_find_matching_catcher",
        "_find_matching_retrier",
        "_next_or_end",
        "_test_state",
        "json_response",
    ),
}


class WrongEmulator(RuntimeError):
    """The installed ministack is not the one for which this wrapper was written."""


def check() -> None:
    """Raises WrongEmulator, which names the difference, unless the pinned ministack with every name is installed."""
    installed = version("ministack")
    if installed != CHECKED_VERSION:
        raise WrongEmulator(
            f"ministack {installed} is installed, but local/cloud was checked with {CHECKED_VERSION}: "
            "install local/requirements.txt, or read NAMES in local/cloud/emulator.py against the new version"
        )
    missing = [f"{module}.{name}" for module, names in NAMES.items() for name in names if not hasattr(part(module), name)]
    if missing:
        raise WrongEmulator(f"ministack {installed} lacks what local/cloud patches or calls: {', '.join(missing)}")


def part(module: str) -> Any:
    """A module of ministack by its path below the package. Most of what it holds is private and has no types."""
    return importlib.import_module(f"ministack.{module}")
