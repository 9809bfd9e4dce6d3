//! What is expected of the recordings of deployed chats, written by hand from what the server said.

/// Each refusal that differs from the others: a recording that has it, the status, the SDK's code, the server's own code
/// and its words.
pub(super) type Refusal = (&'static str, u16, &'static str, Option<&'static str>, &'static str);

#[rustfmt::skip]
pub(super) const REFUSALS: [Refusal; 29] = [
    ("chat-config-em-fn", 401, "UNAUTHORIZED", Some("AUTH_REQUIRED_EMAIL"), "auth_required_email"),
    ("chat-config-sso-fn", 401, "UNAUTHORIZED", Some("AUTH_REQUIRED_SSO"), "auth_required_sso"),
    ("chat-config-unknown", 404, "NOT_FOUND", Some("CHAT_NOT_FOUND"), "Chat not found"),
    ("chat-config-with-api-key", 401, "UNAUTHORIZED", Some("AUTH_REQUIRED_PASSWORD"), "auth_required_password"),
    ("chat-email-02-empty", 401, "UNAUTHORIZED", Some("EMAIL_IS_REQUIRED"), "Email is required"),
    ("chat-email-03-allowed", 401, "UNAUTHORIZED", Some("OTP_REQUIRED"), "otp_required"),
    ("chat-email-04-not-allowed", 401, "UNAUTHORIZED", Some("EMAIL_NOT_AUTHORIZED"), "Email not authorized"),
    ("chat-email-05-bad-email", 400, "BAD_REQUEST", Some("VALIDATION_ERROR"), "Invalid request body: email: Invalid email format"),
    ("chat-email-06-otp-not-allowed", 403, "FORBIDDEN", Some("EMAIL_NOT_AUTHORIZED_FOR_THIS_CHAT"), "Email not authorized for this chat"),
    ("chat-email-07-otp-bad-email", 400, "BAD_REQUEST", Some("INVALID_EMAIL_ADDRESS"), "Invalid email address"),
    ("chat-email-08-otp-check-before", 400, "BAD_REQUEST", Some("NO_VERIFICATION_CODE_FOUND,_REQUEST_A_NEW_ONE"), "No verification code found, request a new one"),
    ("chat-email-10-otp-wrong", 400, "BAD_REQUEST", Some("INVALID_VERIFICATION_CODE"), "Invalid verification code"),
    ("chat-email-11-otp-short", 400, "BAD_REQUEST", Some("OTP_MUST_BE_6_DIGITS"), "OTP must be 6 digits"),
    ("chat-email-19-otp-of-public", 400, "BAD_REQUEST", Some("THIS_CHAT_DOES_NOT_USE_EMAIL_AUTHENTICATION"), "This chat does not use email authentication"),
    ("chat-email-24-otp-nobody", 400, "INVALID_JSON", None, "Request body must be valid JSON"),
    ("chat-email-sendlimit-03", 429, "RATE_LIMIT_EXCEEDED", Some("TOO_MANY_VERIFICATION_CODE_REQUESTS._PLEASE_TRY_AGAIN_LATER."), "Too many verification code requests. Please try again later."),
    ("chat-email-sendlimit-10", 429, "RATE_LIMIT_EXCEEDED", Some("TOO_MANY_REQUESTS._PLEASE_TRY_AGAIN_LATER."), "Too many requests. Please try again later."),
    ("chat-file-16", 400, "BAD_REQUEST", Some("VALIDATION_ERROR"), "Invalid request body: files: A maximum of 15 files is allowed"),
    ("chat-file-no-name", 400, "BAD_REQUEST", Some("VALIDATION_ERROR"), "Invalid request body: files.0.name: File name is required"),
    ("chat-msg-array-body", 400, "BAD_REQUEST", Some("VALIDATION_ERROR"), "Invalid request body: : Invalid input: expected object, received array"),
    ("chat-msg-empty-input", 400, "BAD_REQUEST", Some("NO_INPUT_PROVIDED"), "No input provided"),
    ("chat-msg-input-number", 400, "BAD_REQUEST", Some("VALIDATION_ERROR"), "Invalid request body: input: Invalid input: expected string, received number"),
    ("chat-msg-input-object", 400, "BAD_REQUEST", Some("VALIDATION_ERROR"), "Invalid request body: input: Invalid input: expected string, received object"),
    ("chat-msg-undeployed", 403, "WORKFLOW_NOT_DEPLOYED", Some("WORKFLOW_IS_NOT_DEPLOYED"), "Workflow is not deployed"),
    ("chat-pw-02-empty", 401, "UNAUTHORIZED", Some("PASSWORD_IS_REQUIRED"), "Password is required"),
    ("chat-pw-03-wrong", 401, "UNAUTHORIZED", Some("INVALID_PASSWORD"), "Invalid password"),
    ("chat-sso-06-sso-of-public", 400, "BAD_REQUEST", Some("CHAT_IS_NOT_CONFIGURED_FOR_SSO_AUTHENTICATION"), "Chat is not configured for SSO authentication"),
    ("chat-sso-07-bad-email", 400, "BAD_REQUEST", None, "Validation error"),
    ("chat-sso-09-with-session", 401, "UNAUTHORIZED", Some("YOUR_EMAIL_IS_NOT_AUTHORIZED_TO_ACCESS_THIS_RESOURCE"), "Your email is not authorized to access this resource"),
];

/// Streams that differ from the others: the events by kind, the text, the status, and the reason of a failure.
pub(super) type Stream =
    (&'static str, &'static str, &'static str, &'static str, Option<&'static str>);

#[rustfmt::skip]
pub(super) const STREAMS: [Stream; 12] = [
    ("chat-file-one", "final", "", "completed", None),
    ("chat-more-errframe", "text*5 block_error failure", "Hello from the mock model.", "failed", Some("Framer: mock stream error")),
    ("chat-more-http500-protocol", "failure", "", "failed", Some("Fiver: mock upstream exploded")),
    ("chat-msg-agent", "text*13 final", "Hello from the mock model. You said: Hello. Unicode: héllo 世界 🚀. Done.", "completed", None),
    ("chat-msg-fail-after-stream", "text*13 failure", "Hello from the mock model. You said: q. Unicode: héllo 世界 🚀. Done.", "failed", Some("Boom: Line 1: `throw new Error('after stream')` - after stream")),
    ("chat-msg-fn", "final", "", "completed", None),
    ("chat-msg-hitl", "final", "", "paused", None),
    ("chat-msg-memory-no-conversation", "failure", "", "failed", Some("Memo: Conversation ID is required")),
    ("chat-msg-no-outputs", "final", "", "completed", None),
    ("chat-msg-toolsonly-protocol", "text*2 tool_start reset tool_end text*13 final", "Hello from the mock model. You said: weather. Unicode: héllo 世界 🚀. Done.", "completed", None),
    ("chat-msg-upstream-cut", "text*5 block_error failure", "Hello from the mock model.", "failed", Some("Cutter: terminated")),
    ("chat-pw-10-message-with-password", "text*13 final", "Hello from the mock model. You said: hi. Unicode: héllo 世界 🚀. Done.", "completed", None),
];

/// Requests that the SDK does not send in this form, with the reason. Their answers are read all the same.
#[rustfmt::skip]
pub(super) const UNSENT: [(&str, &str); 22] = [
    ("chat-email-02-empty", "a request without anything"),
    ("chat-email-03-allowed", "an address alone: send_code says more"),
    ("chat-email-04-not-allowed", "an address alone: send_code says more"),
    ("chat-email-05-bad-email", "an address alone: send_code says more"),
    ("chat-email-16-message-with-email-only", "a message with an address: the server refuses it"),
    ("chat-email-24-otp-nobody", "no body"),
    ("chat-email-25-message-otp-in-body", "a message with a code: the server refuses it"),
    ("chat-file-16", "the SDK refuses more than 15 files itself"),
    ("chat-file-bad-base64", "the SDK encodes files itself"),
    ("chat-file-exe", "its data URL has another type than the file"),
    ("chat-file-http-url", "the server drops what is no data URL"),
    ("chat-file-not-data-url", "the server drops what is no data URL"),
    ("chat-file-size-mismatch", "the SDK counts the bytes itself"),
    ("chat-msg-array-body", "no object"),
    ("chat-msg-input-number", "no text"),
    ("chat-msg-input-object", "no text"),
    ("chat-msg-unknown-key", "a key that the server ignores"),
    ("chat-pw-02-empty", "a request without anything"),
    ("chat-pw-05-email-instead", "an address alone"),
    ("chat-pw-13-cookie-empty-body", "a request without anything"),
    ("chat-sso-02-empty", "a request without anything"),
    ("chat-sso-03-email", "an address alone"),
];
