// Moments at which the page may not change under somebody's hands: in the middle of a composed letter (an ë by a dead key),
// and while a button is pressed, for one that is replaced or moves before it is let go does nothing.
(() => {
  "use strict";
  const hgw = window.hgw;
  const LONGEST_PRESS = 5000; // let go where no page hears of it
  const CLICK_AFTER_TOUCH = 300; // the click of a finger comes a while after it is lifted
  const moments = { composing: null, pressing: null };

  const begin = (name, target) => {
    const before = moments[name];
    const moment = (moments[name] = { name, target });
    moment.over = new Promise((resolve) => (moment.end = resolve));
    before?.end(); // who waited for that one looks again, and finds this one
    return moment;
  };
  // In a turn of its own: what the letter or the button does goes first.
  const end = (moment, after = 0) => moment && window.setTimeout(() => {
    if (moments[moment.name] === moment) moments[moment.name] = null;
    moment.end();
  }, after);
  const on = (names, act) => names.forEach((name) => document.addEventListener(name, act, true));

  on(["compositionstart"], (event) => begin("composing", event.target));
  on(["compositionend"], () => end(moments.composing));
  // A field that was taken away says no more that its letter is there.
  on(["input", "focusin", "pointerdown"], (event) => {
    const { composing } = moments;
    if (composing && (!composing.target.isConnected || event.isComposing === false)) end(composing);
  });

  const fingers = new Set();
  const press = (target) => {
    const moment = begin("pressing", target);
    window.setTimeout(() => {
      if (moments.pressing === moment) fingers.clear();
      end(moment);
    }, LONGEST_PRESS);
  };
  on(["pointerdown"], (event) => {
    fingers.add(event.pointerId);
    press(event.target);
  });
  on(["pointerup", "pointercancel"], (event) => {
    fingers.delete(event.pointerId);
    if (!fingers.size) end(moments.pressing, event.type === "pointerup" && event.pointerType !== "mouse" ? CLICK_AFTER_TOUCH : 0);
  });
  on(["dragend"], () => end(moments.pressing));
  on(["click"], () => fingers.size || end(moments.pressing));
  on(["keydown"], (event) => {
    if (event.key === " " && !event.repeat && event.target.matches("button, summary, [role=button], [type=checkbox], [type=radio]")) press(event.target);
  });
  on(["keyup"], (event) => event.key === " " && end(moments.pressing));
  window.addEventListener("blur", () => {
    fingers.clear();
    end(moments.pressing);
  });

  // Nothing, or a promise that is kept when the letter is there.
  hgw.composing = () => moments.composing?.over ?? null;
  // Nothing, or a promise that is kept when the button is let go and has done what it does.
  hgw.pressing = () => moments.pressing?.over ?? null;
  hgw.untilLetGo = async () => {
    while (hgw.pressing()) await hgw.pressing();
  };
  hgw.untilCalm = async () => {
    while (hgw.composing() || hgw.pressing()) await (hgw.composing() || hgw.pressing());
  };
})();
