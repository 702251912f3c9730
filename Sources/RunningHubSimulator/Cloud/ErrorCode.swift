/// The service's error codes and the texts that go with them.
enum ErrorCode {
    /// The text of a code; published identifiers for the older codes, plain words for the 1000 series, for which no
    /// identifiers are published.
    static func message(_ code: Int) -> String {
        messages[code] ?? "unknown error"
    }

    private static let messages: [Int: String] = [
        1: "webhook event not exists",
        301: "PARAMS_INVALID",
        380: "WORKFLOW_NOT_EXISTS",
        412: "TOKEN_INVALID",
        414: "TASK_CREATE_FAILED_BY_NOT_ENOUGH_POWER_VALUE",
        415: "TASK_INSTANCE_MAXED",
        416: "TASK_CREATE_FAILED_BY_NOT_ENOUGH_WALLET",
        421: "TASK_QUEUE_MAXED",
        423: "TASK_NOT_FOUNED",
        433: "VALIDATE_PROMPT_FAILED",
        435: "TASK_USER_EXCLAPI_INSTANCE_NOT_FOUND",
        436: "TASK_USER_EXCLAPI_REQUIRED",
        500: "UNKNOWN_ERROR",
        801: "APIKEY_UNSUPPORTED_FREE_USER",
        802: "APIKEY_UNAUTHORIZED",
        803: "APIKEY_INVALID_NODE_INFO",
        804: "APIKEY_TASK_IS_RUNNING",
        805: "APIKEY_TASK_STATUS_ERROR",
        806: "APIKEY_USER_NOT_FOUND",
        807: "APIKEY_TASK_NOT_FOUND",
        808: "APIKEY_UPLOAD_FAILED",
        809: "APIKEY_FILE_SIZE_EXCEEDED",
        810: "WORKFLOW_NOT_SAVED_OR_NOT_RUNNING",
        811: "CORPAPIKEY_INVALID",
        812: "CORPAPIKEY_INSUFFICIENT_FUNDS",
        813: "APIKEY_TASK_IS_QUEUED",
        814: "PERSONAL_QUEUE_COUNT_LIMIT",
        901: "WEBAPP_NOT_EXISTS",
        1000: "unknown error",
        1001: "invalid URL",
        1002: "invalid API key",
        1003: "rate limit exceeded",
        1004: "task not found or expired",
        1005: "internal error",
        1006: "execution timed out",
        1007: "parameter validation failed",
        1008: "file size exceeds the limit",
        1009: "method not supported",
        1010: "service unavailable",
        1011: "system busy, please retry later",
        1012: "upstream response error",
        1013: "file processing failed",
        1014: "access denied",
        1015: "generation failed",
        1101: "node info error",
        1501: "content moderation failed",
        1504: "model timeout",
        1505: "real person prohibited",
        1520: "concurrent task limit reached",
        1601: "param apiKey is required",
    ]

    /// The v2 text of a full key, as clients report it; v1 says the identifier.
    static let queueFullV2 = "api queue limit reached, please retry later"
}
