//! The only file that reaches the world outside the page: Tauri's bridge in the app, HTTP on loopback in browser mode.
//! Knows nothing of pages.

use contract::{Command, Event, Failure, FailureKind, Request, Topic};
use js_sys::{JSON, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, prelude::*};
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["window", "__TAURI__", "core"], js_name = invoke, catch)]
    async fn invoke(name: &str, args: JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = ["window", "__TAURI__", "event"], js_name = listen)]
    fn listen(event: &str, handler: &JsValue) -> Promise;
}

/// The one event the shell emits.
const EVENT: &str = "postern://event";

fn in_shell() -> bool {
    web_sys::window().is_some_and(|w| Reflect::has(&w, &"__TAURI__".into()).unwrap_or(false))
}

/// Carries a command to the core and its reply back.
pub async fn call<C: Command>(command: C) -> Result<C::Reply, Failure> {
    let request: Request = command.into();
    let body = serde_json::to_string(&request).map_err(Failure::bug)?;
    let reply = if in_shell() { call_shell(&body).await? } else { call_loopback(&body).await? };
    serde_json::from_slice(&reply).map_err(Failure::bug)
}

async fn call_shell(body: &str) -> Result<Vec<u8>, Failure> {
    let args = js_sys::Object::new();
    let request = JSON::parse(body).map_err(|e| Failure::bug(text_of(&e)))?;
    Reflect::set(&args, &"request".into(), &request).map_err(|e| Failure::bug(text_of(&e)))?;
    match invoke("call", args.into()).await {
        Ok(reply) => bytes_of(&reply),
        Err(refusal) => Err(failure_of(&bytes_of(&refusal)?)),
    }
}

async fn call_loopback(body: &str) -> Result<Vec<u8>, Failure> {
    let gone = |e: JsValue| {
        Failure::new(FailureKind::Unreachable, "The Postern host that served this page does not answer.")
            .hint(format!("Start it again, then open the address it prints. ({})", text_of(&e)))
    };
    let init = web_sys::RequestInit::new();
    init.set_method("POST");
    init.set_body(&body.into());
    let request = web_sys::Request::new_with_str_and_init("/call", &init).map_err(gone)?;
    request.headers().set("content-type", "application/json").map_err(gone)?;
    let window = web_sys::window().ok_or_else(|| Failure::bug("no window"))?;
    let response: web_sys::Response =
        JsFuture::from(window.fetch_with_request(&request)).await.map_err(gone)?.unchecked_into();
    let buffer = JsFuture::from(response.array_buffer().map_err(gone)?).await.map_err(gone)?;
    let bytes = Uint8Array::new(&buffer).to_vec();
    if response.ok() { Ok(bytes) } else { Err(failure_of(&bytes)) }
}

/// Calls `handler` with every push of the core, for as long as the page lives.
pub fn on_event(handler: impl Fn(Event) + 'static) {
    let handler = std::rc::Rc::new(handler);
    let again = handler.clone();
    let receive = move |text: String| {
        // An event that this page does not know is one that it shows nothing of.
        if let Ok(event) = serde_json::from_str(&text) {
            handler(event);
        }
    };
    if in_shell() {
        let closure = Closure::<dyn FnMut(JsValue)>::new(move |message: JsValue| {
            let payload = Reflect::get(&message, &"payload".into()).unwrap_or(JsValue::NULL);
            if let Ok(text) = JSON::stringify(&payload) {
                receive(text.into());
            }
        });
        let _registered = listen(EVENT, closure.as_ref());
        closure.forget();
    } else if let Ok(source) = web_sys::EventSource::new("/events") {
        let closure = Closure::<dyn FnMut(_)>::new(move |message: web_sys::MessageEvent| {
            if let Some(text) = message.data().as_string() {
                receive(text);
            }
        });
        source.set_onmessage(Some(closure.as_ref().unchecked_ref()));
        closure.forget();
        // A bridge that comes back may have missed anything; its first opening missed nothing.
        let opened = std::cell::Cell::new(false);
        let reopened = Closure::<dyn FnMut()>::new(move || {
            if opened.replace(true) {
                again(Event::Stale(vec![Topic::Session, Topic::Snapshot]));
            }
        });
        source.set_onopen(Some(reopened.as_ref().unchecked_ref()));
        reopened.forget();
        // The source must live as long as the page; dropping the handle would let it be collected.
        std::mem::forget(source);
    }
}

fn bytes_of(value: &JsValue) -> Result<Vec<u8>, Failure> {
    if let Some(buffer) = value.dyn_ref::<js_sys::ArrayBuffer>() {
        return Ok(Uint8Array::new(buffer).to_vec());
    }
    let text = JSON::stringify(value).map_err(|e| Failure::bug(text_of(&e)))?;
    Ok(String::from(text).into_bytes())
}

fn failure_of(bytes: &[u8]) -> Failure {
    serde_json::from_slice(bytes).unwrap_or_else(|_| Failure::bug(String::from_utf8_lossy(bytes)))
}

fn text_of(value: &JsValue) -> String {
    value
        .as_string()
        .or_else(|| value.dyn_ref::<js_sys::Error>().map(|e| e.message().into()))
        .unwrap_or_default()
}
