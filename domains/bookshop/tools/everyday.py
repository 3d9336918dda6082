"""Documents, sums and the date."""

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field
from simpleeval import InvalidExpression, simple_eval

from causeway.agents.tool import Calling, Refused, Tool

DIGITS = 12  # significant ones of a result: 0.1 + 0.2 is 0.3
GREATEST = 1e15


class Question(BaseModel):
    model_config = ConfigDict(extra="forbid")

    question: str = Field(min_length=3, max_length=500, description="one question, complete in itself, in the words of the documents")


class Sum(BaseModel):
    model_config = ConfigDict(extra="forbid")

    expression: str = Field(min_length=1, max_length=200, description="numbers with + - * / ( ), such as 3 * 12.50 - 2.95")


class Nothing(BaseModel):
    model_config = ConfigDict(extra="forbid")


def search(arguments: Question, calling: Calling) -> str:
    return calling.knowledge.search(arguments.question, calling.deadline)


def calculate(arguments: Sum, calling: Calling) -> str:
    try:
        return _shown(simple_eval(arguments.expression, names={}, functions={}))
    except (InvalidExpression, SyntaxError, ArithmeticError, TypeError, ValueError) as error:
        raise Refused(f"{arguments.expression!r} cannot be calculated: {error}. Use numbers with + - * / and ( ).") from None


def _shown(found: object) -> str:
    """Raises ValueError for what is no number, or too great a one."""
    if isinstance(found, bool) or not isinstance(found, int | float) or not abs(found) < GREATEST:
        raise ValueError(f"the result is no number below {GREATEST:g}")
    return str(found) if isinstance(found, int) else f"{found:.{DIGITS}g}"


def today(arguments: Nothing, calling: Calling) -> str:
    return f"{datetime.now(UTC):%A, %-d %B %Y} (UTC)"


search_knowledge = Tool(
    name="search_knowledge",
    description="Searches the company's documents, which hold its rules, prices, opening hours and events.",
    arguments=Question,
    run=search,
)
calculator = Tool(name="calculate", description="Works out a sum exactly.", arguments=Sum, run=calculate)
current_date = Tool(name="current_date", description="Tells today's date and weekday.", arguments=Nothing, run=today)
