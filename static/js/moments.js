// Moments at which the page may not change under somebody's hands: in the middle of a composed letter (an ë by a dead key),
// and while a button is pressed, for one that is replaced before it is let go does nothing.
(() => {
  "use strict";
  const hgw = window.hgw;
  const LONGEST_PRESS = 5000; // let go where no page hears of it
  const moments = { composing: null, pressing: null };

  const begin = (name) => {
    if (moments[name]) return;
    const moment = (moments[name] = {});
    moment.over = new Promise((resolve) => (moment.end = resolve));
  };
  // In a turn of its own: what the letter or the button does goes first.
  const end = (name) => {
    const moment = moments[name];
    if (!moment) return;
    window.setTimeout(() => {
      if (moments[name] === moment) moments[name] = null;
      moment.end();
    });
  };
  const on = (names, act) => names.forEach((name) => document.addEventListener(name, act, true));

  on(["compositionstart"], () => begin("composing"));
  on(["compositionend"], () => end("composing"));
  on(["pointerdown"], () => {
    begin("pressing");
    window.setTimeout(() => end("pressing"), LONGEST_PRESS);
  });
  on(["pointerup", "pointercancel", "dragend"], () => end("pressing"));
  on(["keydown"], (event) => {
    if (event.key === " " && event.target.matches("button, summary, [role=button]")) begin("pressing");
  });
  on(["keyup"], (event) => event.key === " " && end("pressing"));
  window.addEventListener("blur", () => end("pressing"));

  // Nothing, or a promise that is kept when the letter is there.
  hgw.composing = () => moments.composing?.over ?? null;
  // Nothing, or a promise that is kept when the button is let go and has done what it does.
  hgw.pressing = () => moments.pressing?.over ?? null;
  hgw.untilCalm = async () => {
    while (hgw.composing() || hgw.pressing()) await (hgw.composing() || hgw.pressing());
  };
})();
