"""Two requests served at once by asyncio tasks, each with parameters of its own.

    python examples/async_tasks/main.py
    python examples/async_tasks/main.py -D answer.style=loud

A task sees the scope in which it was created, and what it sets is seen by no other task.
"""

import asyncio

import hyperparameter as hp
from hyperparameter import auto_param, param_scope


@auto_param("answer")
async def answer(question: str, style: str = "plain", delay: float = 0.001) -> str:
    """Answer after ``delay`` seconds, in the style in force."""
    await asyncio.sleep(delay)
    text = f"{question}? yes"
    return text.upper() if style == "loud" else text


async def request(user: str, question: str, **overrides: object) -> str:
    """Serve one request under the overrides of its user."""
    async with param_scope({"answer": overrides}):
        first = await answer(question)
        await asyncio.sleep(0)  # the other task runs here, under its own scope
        return f"{user}: {first}, style {param_scope.answer.style | 'plain'}"


async def main() -> None:
    """Serve two users at once."""
    lines = await asyncio.gather(
        request("ann", "is it on", delay=0.002),
        request("bob", "is it off", style="loud"),
    )
    for line in lines:
        print(line)
    print("outside:", param_scope.answer.style | "plain")


if __name__ == "__main__":
    hp.launch(main)
