"""Where everything is stored: installed packages once for all, the state of a deployment in the folder that CAUSEWAY_STATE names."""

from local.settings import HOME, ROOT, STATE_FILE

STATE = STATE_FILE.parent
LOGS = STATE / "logs"
CLOUD_OUT = STATE / "cdk.out"
ACCOUNT = STATE / "cloud"
MAIL = STATE / "mail"

VENV = ROOT / ".venv"
CLOUD_VENV = HOME / "venvs" / "cloud"
FUNCTION_VENV = HOME / "venvs" / "function"
CHAT_VENV = HOME / "venvs" / "chat"
SPARK_VENV = HOME / "venvs" / "spark"
NODE = HOME / "node"
CDK = NODE / "node_modules" / ".bin" / "cdk"
OPENSEARCH = HOME / "opensearch"
