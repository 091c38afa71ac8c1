// runtime/router/budget.ts
var STEPS = 25e4;
var TIME = 1e3;
var STEPS_PER_LOOK = 25;
var left = STEPS;
var deadline = Date.now() + TIME;
function start() {
  left = STEPS;
  deadline = Date.now() + TIME;
}
function spent() {
  return left < 0;
}
function step() {
  left--;
  if (left % STEPS_PER_LOOK === 0 && Date.now() > deadline) left = -1;
  if (left < 0) throw new Error("it took too long");
}
export {
  spent,
  start,
  step
};
