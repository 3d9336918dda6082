"""A query for each question that finance asks of the table of turns. Prices stand in the query, as the environment has them today."""

from collections.abc import Mapping
from dataclasses import dataclass

from stacks.models.settings import UsdPerMillion

MILLION = "1000000"
# An agent writes a line whenever a process leaves its turn; the last one has the whole turn. A turn is priced by the models that it used,
# unless its line says what it cost; `unpriced` counts the turns of a model that has no price here.
PRICED = """WITH prices (model, input_usd, output_usd) AS (VALUES {prices}),
priced AS (
  SELECT turns.*,
    CASE WHEN turns.usd IS NOT NULL THEN turns.usd ELSE (
      coalesce(turns.input_tokens * price.input_usd + turns.output_tokens * price.output_usd, 0)
      + coalesce(turns.second_input_tokens * other.input_usd + turns.second_output_tokens * other.output_usd, 0)) / {million} END AS cost,
    CASE WHEN turns.usd IS NULL AND (turns.model <> '' AND price.model IS NULL OR turns.second_model <> '' AND other.model IS NULL)
      THEN 1 ELSE 0 END AS is_unpriced
  FROM turns
  LEFT JOIN prices AS price ON price.model = turns.model
  LEFT JOIN prices AS other ON other.model = turns.second_model
  WHERE turns.message = 'turn' OR turns.outcome = 'done'
)
"""
SUMS = (
    "count(*) AS turns, sum(input_tokens + coalesce(second_input_tokens, 0)) AS input_tokens, "
    "sum(output_tokens + coalesce(second_output_tokens, 0)) AS output_tokens, "
    "round(sum(cost), 2) AS usd, sum(is_unpriced) AS unpriced"
)


@dataclass(frozen=True)
class Query:
    """name: as people find it in Athena. question: that it answers. text: SQL."""

    name: str
    question: str
    text: str


def queries(prices: Mapping[str, UsdPerMillion]) -> tuple[Query, ...]:
    """prices: by the model's name as replies have it."""
    rows = ", ".join(f"('{model}', {float(each.input)!r}e0, {float(each.output)!r}e0)" for model, each in sorted(prices.items()))
    priced = PRICED.format(prices=rows, million=MILLION)
    return (
        Query("cost-by-tenant", "What does each tenant cost, by month?", f"{priced}{_by('month', 'tenant')}"),
        Query("cost-by-model", "What does each model cost, by month?", f"{priced}{_by('month', 'model')}"),
        Query("cost-by-agent", "What do questions and each agent cost, by month?", f"{priced}{_by('month', 'message', 'agent')}"),
    )


def _by(*columns: str) -> str:
    names = ", ".join(columns)
    return f"SELECT {names}, {SUMS} FROM priced GROUP BY {names} ORDER BY month, usd DESC"  # noqa: S608 -- names of ours alone
