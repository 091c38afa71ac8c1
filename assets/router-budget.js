// runtime/router/budget.ts
var STEPS = 25e4;
var TIME = 1e3;
var STEPS_PER_LOOK = 25;
var left = STEPS;
var deadline = Infinity;
function start() {
  left = STEPS;
  deadline = Infinity;
}
function spent() {
  return left < 0;
}
function step() {
  left--;
  if (left % STEPS_PER_LOOK === 0 && late()) left = -1;
  if (left < 0) throw new Error("it took too long");
}
function late() {
  const now = Date.now();
  deadline = Math.min(deadline, now + TIME);
  return now > deadline;
}
export {
  spent,
  start,
  step
};
