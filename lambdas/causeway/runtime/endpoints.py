"""Where a service is: the answer that a botocore client would come to, without the tenth of a second that making one takes."""

import os

from causeway.runtime.clients import region, session


def endpoint(service: str) -> str:
    """The URL of a service whose address depends on nothing but region and settings.

    A URL from AWS_ENDPOINT_URL_<SERVICE> or AWS_ENDPOINT_URL goes before AWS's endpoint rules, which botocore carries; they are given
    AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT. Shared configuration files are not read for URLs: functions have none.
    """
    given = os.environ.get(f"AWS_ENDPOINT_URL_{service.replace('-', '_').upper()}") or os.environ.get("AWS_ENDPOINT_URL")
    if given and not session().get_config_variable("ignore_configured_endpoint_urls"):
        return given
    try:
        return _by_rules(service)
    except (ImportError, AttributeError, TypeError):  # no public interface of botocore's: the runtime may bring one that has changed it
        made: str = session().create_client(service, region_name=region()).meta.endpoint_url
        return made


def _by_rules(service: str) -> str:
    from botocore.endpoint_provider import EndpointProvider

    data, setting = session().get_component("data_loader"), session().get_config_variable
    rules = EndpointProvider(data.load_service_model(service, "endpoint-rule-set-1"), data.load_data("partitions"))
    fips, dualstack = bool(setting("use_fips_endpoint")), bool(setting("use_dualstack_endpoint"))
    found: str = rules.resolve_endpoint(Region=region(), UseFIPS=fips, UseDualStack=dualstack).url
    return found
