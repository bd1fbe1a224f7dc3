"""The catalogue as MCP offers it, and how one call of a tool is answered.

The protocol's library takes half a second to import, so it is imported when somebody first comes.
"""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool

from api.mcp_tools import DOOR_TOOLS
from api.problems import report_defect
from api.services import Services
from api.wire import called_in_words, called_to_wire
from engine.errors import BadInput, Fixable, NotFound
from stores.people import Person
from tools.catalog import ask_confirmation, call, catalogue
from tools.confirmation import Confirmation
from tools.tool import Tool

if TYPE_CHECKING:
    import mcp_types as types
    from mcp.server.context import ServerRequestContext

    Asked = ServerRequestContext[Any, Any]
    Answered = types.CallToolResult | types.InputRequiredResult

PERSON = "segue.person"  # where the HTTP door leaves who asks, in the request's scope
_CONFIRMED = "confirmed"
_DATASET = {
    "type": "string",
    "description": "Name of the dataset; needed only when there are several.",
}
_CONFIRMATION = {
    "type": "string",
    "description": "What an earlier call with the same arguments gave, once the person agreed.",
}


async def answer_call(
    services: Services, context: "Asked", params: "types.CallToolRequestParams"
) -> "Answered":
    """Never raises: a mistake is told in plain words, our own bug by its reference."""
    try:
        person = await run_in_threadpool(_person, services, context)
        return await _Call(services, person, context, params).answer()
    except Fixable as error:
        return _failed(error.message, error.hint)
    except Exception as error:
        return _failed(*report_defect(error))


def offered(services: Services) -> "list[types.Tool]":
    """Every tool of the catalogue, and the door's own."""
    from mcp_types import Tool as Offered
    from mcp_types import ToolAnnotations

    tools = [
        Offered(
            name=tool.name,
            description=tool.description,
            input_schema=_schema(tool),
            annotations=ToolAnnotations(
                read_only_hint=tool.effect != "changes",
                destructive_hint=tool.effect == "changes",
                open_world_hint=False,
            ),
        )
        for tool in catalogue().values()
    ]
    # With a language model set, a question leaves the machine.
    outside = services.settings.model is not None
    return tools + [
        Offered(
            name=tool.name,
            description=tool.description,
            input_schema=tool.arguments.model_json_schema(),
            annotations=ToolAnnotations(
                read_only_hint=True, open_world_hint=outside and tool.name == "ask"
            ),
        )
        for tool in DOOR_TOOLS.values()
    ]


def _schema(tool: Tool) -> dict[str, Any]:
    schema = tool.arguments.model_json_schema()
    more = {"dataset": _DATASET} | (
        {"confirmation": _CONFIRMATION} if tool.effect == "changes" else {}
    )
    return schema | {"properties": schema.get("properties", {}) | more}


def _person(services: Services, context: "Asked") -> Person:
    """Who sent this very request; on standard streams the person at this machine."""
    if context.request is None:
        return services.local_person
    person: Person = context.request.scope[PERSON]
    return person


class _Call:
    """One call of a tool, by one person."""

    def __init__(
        self,
        services: Services,
        person: Person,
        context: "Asked",
        params: "types.CallToolRequestParams",
    ) -> None:
        self._services = services
        self._person = person
        self._context = context
        self._params = params
        self._arguments = dict(params.arguments or {})

    async def answer(self) -> "Answered":
        name = self._params.name
        if name in DOOR_TOOLS:
            return _found(
                *await DOOR_TOOLS[name].run(self._services, self._person, self._arguments)
            )
        tools = catalogue()
        if name not in tools:
            raise NotFound.named("tool", name, [*tools, *DOOR_TOOLS])
        dataset = self._take("dataset")
        if tools[name].effect != "changes":
            return await asyncio.to_thread(self._call, dataset, None)
        confirmation = self._take("confirmation")
        if confirmation is None:
            return await self._confirm(dataset)
        return await asyncio.to_thread(self._call, dataset, confirmation)

    def _take(self, name: str) -> str | None:
        """An argument that the door adds to those of the tool."""
        value = self._arguments.pop(name, None)
        if value is not None and not isinstance(value, str):
            raise BadInput(f"{self._params.name}: {name} must be a text.")
        return value

    def _call(self, dataset: str | None, confirmation: str | None) -> "types.CallToolResult":
        context = self._services.context(self._person, dataset)
        called = call(context, self._params.name, self._arguments, confirmation)
        return _found(called_to_wire(called, context), called_in_words(called, context))

    def _ask(self, dataset: str | None) -> Confirmation:
        context = self._services.context(self._person, dataset)
        return ask_confirmation(context, self._params.name, self._arguments)

    async def _confirm(self, dataset: str | None) -> "Answered":
        """Asks the person through their client where it can show a question, else by a token."""
        from mcp.shared.exceptions import MCPError
        from mcp_types import ElicitRequest, ElicitRequestFormParams, InputRequiredResult
        from mcp_types.version import MODERN_PROTOCOL_VERSIONS

        if self._params.input_responses:  # the client comes back with what the person said
            said = self._params.input_responses.get(_CONFIRMED)
            agreed = getattr(said, "action", None) == "accept"
            return await self._settle(dataset, agreed, self._params.request_state or "")
        asked = await asyncio.to_thread(self._ask, dataset)
        if not self._can_show():
            return _found(asked.to_json(), _how_to_confirm(asked))
        if self._context.protocol_version in MODERN_PROTOCOL_VERSIONS:
            form = ElicitRequestFormParams(message=asked.question, requested_schema=_nothing_more())
            return InputRequiredResult(
                input_requests={_CONFIRMED: ElicitRequest(params=form)}, request_state=asked.token
            )
        try:
            answered = await self._context.session.elicit_form(
                asked.question, _nothing_more(), self._context.request_id
            )
        except MCPError:  # it said that it could show a question, and cannot
            return _found(asked.to_json(), _how_to_confirm(asked))
        return await self._settle(dataset, answered.action == "accept", asked.token)

    async def _settle(
        self, dataset: str | None, agreed: bool, token: str
    ) -> "types.CallToolResult":
        if agreed:
            return await asyncio.to_thread(self._call, dataset, token)
        return _found({"kind": "declined"}, "The person did not agree; nothing was changed.")

    def _can_show(self) -> bool:
        known = self._context.session.client_capabilities
        shows = known.elicitation if known else None
        return shows is not None and (shows.form is not None or shows.url is None)


def _nothing_more() -> dict[str, Any]:
    """The form of a question that is only accepted or declined."""
    return {"type": "object", "properties": {}}


def _how_to_confirm(asked: Confirmation) -> str:
    return (
        f"{asked.question}\nNothing was changed yet. Ask the person; when they agree, call again "
        f"with the same arguments and confirmation {asked.token}."
    )


def _found(structured: Mapping[str, Any], text: str) -> "types.CallToolResult":
    from mcp_types import CallToolResult, TextContent

    return CallToolResult(
        content=[TextContent(type="text", text=text)], structured_content=dict(structured)
    )


def _failed(message: str, hint: str) -> "types.CallToolResult":
    failed = _found({"error": {"message": message, "hint": hint}}, f"{message} {hint}".strip())
    return failed.model_copy(update={"is_error": True})
