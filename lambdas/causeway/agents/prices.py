"""What tokens cost."""

from collections.abc import Mapping
from dataclasses import dataclass

from causeway.models.chat import Usage

MILLION = 1_000_000


@dataclass(frozen=True)
class Price:
    """In US dollars for a million tokens: sent to the model, and written by it."""

    input_usd: float
    output_usd: float

    def of(self, input_tokens: int, output_tokens: int = 0) -> float:
        return (input_tokens * self.input_usd + output_tokens * self.output_usd) / MILLION


class Prices:
    """of_models: by the names that replies give their models. A model without a price costs as the dearest does.

    Raises ValueError without any price: no budget of money would hold.
    """

    def __init__(self, of_models: Mapping[str, Price]) -> None:
        if not of_models:
            raise ValueError("prices: name at least one model with its price; a turn's budget is counted by it")
        self._of_models = of_models
        self._dearest = max(of_models.values(), key=lambda price: (price.output_usd, price.input_usd))

    def usd(self, usage: Usage) -> float:
        return self._of(usage.model).of(usage.input_tokens, usage.output_tokens)

    def usd_to_read(self, usage: Usage) -> float:
        """Of sending again what was sent and written: the least that a following call costs."""
        return self._of(usage.model).of(usage.input_tokens + usage.output_tokens)

    def _of(self, model: str) -> Price:
        return self._of_models.get(model, self._dearest)
