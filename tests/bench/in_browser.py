"""P10: from a letter to “Bewaard”, in Chromium, against an empty answer of the same server to the same person."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page

from meetings.models import StepText
from tests.bench.live import room
from tests.bench.measuring import Ratio
from tests.bench.paper import chromium
from tests.bench.world import World
from tests.faults.scene import Scene, cookies_of

BLOCKS, FETCHES = 9, 5
# The page waits for the end of typing, for as long as `PAUSE` in static/js/typing.js says. How long somebody is still
# is no cost of ours: it is cut short, and what is left of it taken off.
SHORTER = """
const later = window.setTimeout;
window.paused = 0;
window.setTimeout = (act, time, ...rest) => {
  if (time !== 1500) return later(act, time, ...rest);
  const set = performance.now();
  return later((...given) => { window.paused = performance.now() - set; act(...given); }, 1, ...rest);
};
"""
SAVE = """
(id) => new Promise((done, failed) => {
  const field = document.getElementById(id);
  const line = document.getElementById("save-state");
  window.setTimeout(() => failed(new Error(line.textContent)), 10000);
  const typed = performance.now();
  field.value += "a";
  let left = false; // what the line said of the save before
  new MutationObserver((_changes, observer) => {
    if (line.dataset.state !== "saved") left = true;
    else if (left) { observer.disconnect(); done(performance.now() - typed - window.paused); }
  }).observe(line, { attributes: true, childList: true, characterData: true, subtree: true });
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
})
"""
FETCH = """
async (times) => {
  const begin = performance.now();
  for (let n = 0; n < times; n += 1) await (await fetch("/empty/")).text();
  return (performance.now() - begin) / times;
}
"""


def keystroke(_world: World) -> Ratio:
    """P10: on the clock of the page, without the pause after the last letter."""
    ratio = Ratio()
    with room() as scene, chromium() as browser:
        context = browser.new_context(base_url=f"http://127.0.0.1:{scene.house.port}", locale="nl-BE")
        page, field = _opened(context, scene)
        for n in range(BLOCKS + 1):
            saves = [page.evaluate(SAVE, field)]
            fetches = [page.evaluate(FETCH, FETCHES), page.evaluate(FETCH, FETCHES)]
            saves.append(page.evaluate(SAVE, field))
            if n:  # the first one was there to warm up
                ratio.blocks.append(sum(saves) / sum(fetches))
        context.close()
    return ratio


def _opened(context: Any, scene: Scene) -> tuple[Page, str]:
    """A page of the meeting with a text that saves itself; the id of its field."""
    session = cookies_of(scene.cast.coordinator)[settings.SESSION_COOKIE_NAME]
    address = f"http://127.0.0.1:{scene.house.port}"
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
    context.add_init_script(SHORTER)
    page = context.new_page()
    page.goto(reverse("meeting_step", args=[scene.meeting.pk, "start"]))
    return page, f"id-steptext-{StepText.objects.get(meeting=scene.meeting, field='avoid').pk}-text"
