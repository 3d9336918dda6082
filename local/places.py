"""Where things lie: what is installed is shared by all; what runs has its own folder, named by CAUSEWAY_STATE."""

from local.settings import HOME, ROOT, STATE_FILE

STATE = STATE_FILE.parent
LOGS = STATE / "logs"
CLOUD_OUT = STATE / "cdk.out"

VENV = ROOT / ".venv"
CLOUD_VENV = HOME / "venvs" / "cloud"
FUNCTION_VENV = HOME / "venvs" / "function"
CHAT_VENV = HOME / "venvs" / "chat"
NODE = HOME / "node"
CDK = NODE / "node_modules" / ".bin" / "cdk"
OPENSEARCH = HOME / "opensearch"
