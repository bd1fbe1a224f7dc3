"""The last place before a model and the first after it: people disguised, found texts fenced.

Whatever goes out goes through here, so nothing else has to remember to.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.messages import (
    AIMessage,
    AnyMessage,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolCall,
    ToolMessage,
)

from agent.disguise import Disguise
from agent.fence import fenced


class Discreet(AgentMiddleware[Any, Any, Any]):
    def __init__(self, disguise: Disguise) -> None:
        super().__init__()
        self._disguise = disguise

    async def awrap_model_call(
        self,
        request: ModelRequest[Any],
        handler: Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]],
    ) -> ModelResponse[Any]:
        system = request.system_message
        if system is not None:
            system = SystemMessage(self._disguise.hide(str(system.text)))
        messages = [self._out(message) for message in request.messages]
        found = await handler(request.override(messages=messages, system_message=system))
        return ModelResponse(result=[self._back(message) for message in found.result])

    def _out(self, message: AnyMessage) -> AnyMessage:
        text = self._disguise.hide(str(message.text))
        if isinstance(message, ToolMessage):
            return ToolMessage(fenced(text), tool_call_id=message.tool_call_id, name=message.name)
        if isinstance(message, AIMessage):
            # Only words and calls: what else an endpoint put into it is its own and stays away.
            return AIMessage(text, tool_calls=self._calls(message, self._disguise.hide_all))
        return HumanMessage(text)

    def _back(self, message: BaseMessage) -> BaseMessage:
        if not isinstance(message, AIMessage):
            return message
        calls = self._calls(message, self._disguise.show_all)
        return message.model_copy(update={"tool_calls": calls})

    def _calls(self, message: AIMessage, change: Callable[[Any], Any]) -> list[ToolCall]:
        return [{**call, "args": change(call["args"])} for call in message.tool_calls]
