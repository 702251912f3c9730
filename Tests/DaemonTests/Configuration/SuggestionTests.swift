import Testing

@testable import Daemon

@Suite("Suggestions", .timeLimit(.minutes(1)))
struct SuggestionTests {
    private let keys = [
        "ai_app", "workflow", "api", "upload", "instance_type", "use_personal_queue", "access_password", "metadata",
        "keys", "accept",
        "folder_is", "timeout", "queue_timeout", "retries", "group", "folders", "nodes", "inbox", "limits", "outbox",
        "after_delivery",
        "retention", "duplicates", "spending",
    ]

    @Test(
        "A key that is nearly right leads to the right one.",
        arguments: [
            ("instanceType", "instance_type"), ("instance-type", "instance_type"), ("insance_type", "instance_type"),
            ("node", "nodes"),
            ("nodeInfoList", "nodes"), ("webappId", "ai_app"), ("AI_APP", "ai_app"), ("aiapp", "ai_app"),
            ("work_flow", "workflow"),
            ("timeuot", "timeout"), ("retires", "retries"), ("kesy", "keys"), ("acept", "accept"), ("groups", "group"),
            ("folder", "folders"), ("inbx", "inbox"), ("duplicate", "duplicates"),
            ("addMetadata", "metadata"), ("usePersonalQueue", "use_personal_queue"),
            ("afterDelivery", "after_delivery"),
        ]
    )
    func near(word: String, meant: String) {
        #expect(Suggestion.closest(to: word, among: keys) == meant)
    }

    @Test(
        "A key that is far from all leads nowhere.",
        arguments: ["foo", "xy", "", "color", "prompt", "comment", String(repeating: "a", count: 5000)]
    )
    func far(word: String) {
        #expect(Suggestion.closest(to: word, among: keys) == nil)
    }
}
