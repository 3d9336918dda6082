"""Orders of customers: looked up, returned, sent elsewhere. They are in domains/bookshop/records/orders.yaml."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from causeway.agents.tool import Calling, Changed, Record, Refused, Tool

KIND = "orders"
BEFORE_DISPATCH = ("ordered", "packed")

OrderNumber = Annotated[
    str, BeforeValidator(lambda value: value.strip().upper() if isinstance(value, str) else value), Field(pattern=r"^[A-Z]-[0-9]{5}$")
]


class OrderArguments(BaseModel):
    """An order by its number."""

    model_config = ConfigDict(extra="forbid")

    order: OrderNumber = Field(description="order number, such as H-10482")


class ReturnArguments(OrderArguments):
    reason: str = Field(min_length=1, max_length=200, description="why it comes back, in the customer's words")


class AddressArguments(OrderArguments):
    address: str = Field(min_length=10, max_length=300, description="the whole new address, on one line")


def about(arguments: OrderArguments) -> tuple[str, str]:
    return KIND, arguments.order


def show(arguments: OrderArguments, calling: Calling) -> Mapping[str, Any]:
    return {"order": arguments.order, **_order(arguments, calling)}


def begin_return(arguments: ReturnArguments, calling: Calling) -> Mapping[str, Any]:
    order, number = _order(arguments, calling), _number(calling)
    if order.get("return_number") == number:
        return _returned(arguments, number)
    if order["state"] != "delivered":
        raise Refused(f"Order {arguments.order} is {order['state']}; only what was delivered can be returned.")
    changed = {**order, "state": "return started", "return_number": number, "return_reason": arguments.reason}
    _put(arguments, calling, changed, order)
    return _returned(arguments, number)


def send_elsewhere(arguments: AddressArguments, calling: Calling) -> Mapping[str, Any]:
    order = _order(arguments, calling)
    if order["state"] not in BEFORE_DISPATCH and order["address"] != arguments.address:
        raise Refused(f"Order {arguments.order} is {order['state']}; the address can be changed only before it is sent.")
    _put(arguments, calling, {**order, "address": arguments.address}, order)
    return {"order": arguments.order, "address": arguments.address}


def _order(arguments: OrderArguments, calling: Calling) -> Record:
    found = calling.records.get(KIND, arguments.order)
    if found is None:
        raise Refused(f"There is no order {arguments.order}.")
    return found


def _put(arguments: OrderArguments, calling: Calling, order: Record, before: Record) -> None:
    try:
        calling.records.put(KIND, arguments.order, order, key=calling.key, before=before)
    except Changed:
        raise Refused(f"Order {arguments.order} was changed by somebody else at the same moment. Look it up again.") from None


def _number(calling: Calling) -> str:
    """The same for the same call, however often it is made."""
    return f"R-{int(sha256(calling.key.encode()).hexdigest(), 16) % 1_000_000:06d}"


def _returned(arguments: OrderArguments, number: str) -> Mapping[str, Any]:
    return {"order": arguments.order, "return_number": number, "next": "Put the number into the parcel."}


look_up_order = Tool(
    name="look_up_order",
    description="Shows one order: what was bought, its state, when and where it is delivered.",
    arguments=OrderArguments,
    run=show,
    about=about,
)
start_return = Tool(
    name="start_return",
    description="Starts the return of a delivered order, after the customer has consented.",
    arguments=ReturnArguments,
    run=begin_return,
    about=about,
    effect="once",
    consent="Start a return of order {order}?",
)
change_address = Tool(
    name="change_address",
    description="Changes where an order that is not yet sent is delivered, after the customer has consented.",
    arguments=AddressArguments,
    run=send_elsewhere,
    about=about,
    effect="once",
    consent="Deliver order {order} to {address}?",
)
