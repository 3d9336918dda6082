"""The interpreter and processor functions and layers share; `host` is the machine that synthesizes."""

import sys

from aws_cdk import aws_lambda as lambda_

from stacks.constructs.settings import Functions, Interpreter


def runtime_of(functions: Functions) -> lambda_.Runtime:
    """The Lambda runtime, as in `python3.14`."""
    return lambda_.Runtime(f"python{functions.python_version}", lambda_.RuntimeFamily.PYTHON, supports_snap_start=functions.snap_start)


def architecture_of(functions: Functions) -> lambda_.Architecture:
    """The Lambda architecture."""
    return lambda_.Architecture.ARM_64 if functions.machine == "arm64" else lambda_.Architecture.X86_64


def host_compiles_for(functions: Interpreter) -> bool:
    """Whether byte code of this interpreter fits the functions'; it fits one Python version only."""
    return functions.python_version == f"{sys.version_info.major}.{sys.version_info.minor}"
