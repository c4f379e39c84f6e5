"use strict";
// The chat works without this file, with the whole page loaded anew; with it the talk alone changes.
(() => {
  const talk = document.getElementById("cuoc-trao-doi");
  if (!talk) return;
  const form = document.getElementById("viet");
  const field = document.getElementById("tin");
  const wrong = document.getElementById("loi");
  const told = document.getElementById("vua-tra-loi");
  const toEnd = () => document.getElementById("cuoi")?.scrollIntoView({ block: "start" });

  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  const say = (sentence) => {
    wrong.textContent = sentence;
    wrong.hidden = !sentence;
  };
  document.body.addEventListener("htmx:beforeRequest", () => say(""));
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.requestConfig.elt === form) field.value = "";
    told.textContent = talk.querySelector("article:last-of-type.ours .text")?.textContent ?? "";
    field.focus();
    toEnd();
  });
  document.body.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401) window.location.reload();
    const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    say(page.querySelector("[role=alert]")?.textContent ?? "Có lỗi; xin thử lại.");
  });
  document.body.addEventListener("htmx:sendError", () => say("Không kết nối được với trợ lý; xin thử lại."));
  toEnd();
})();
