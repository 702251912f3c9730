@testable import RunningHub

/// A callback's body names a task, or says nothing; it can do no more.
enum CallbackPromises {
    private static let id = "2013508786110730241"

    static func check(_ bytes: [UInt8]) {
        let body = CallbackBody.decode(bytes)
        promise(body == CallbackBody.decode(bytes), "A body says the same each time.", body)
        if let id = body.taskID {
            promise(TaskIDShape.fits(id), "A task id looks like one.", id)
            promise(TaskIDShape.stands(id, in: bytes), "A task id stands in the body that named it.", id)
        }
        if let event = body.event {
            promise(event.count <= 65 && ShownText.isOneLine(event), "An event is one short line.", event)
        }
        promise(!hides(bytes), "No member hides the task id beside it.")
    }

    /// Whether the id is not found beside this value, which is JSON.
    private static func hides(_ value: [UInt8]) -> Bool {
        let start = Array(#"{"other":["#.utf8) + value
        guard JSONValue.read(start + Array("]}".utf8))?.members?.count == 1 else { return false }
        return CallbackBody.decode(start + Array(#"],"taskId":"\#(id)"}"#.utf8)).taskID != id
    }
}

/// What task ids look like.
enum TaskIDShape {
    static func fits(_ id: String) -> Bool {
        (1...64).contains(id.utf8.count) && !id.hasPrefix("-")
            && id.utf8.allSatisfy { byte in
                Character(UnicodeScalar(byte)).isASCIIWord || byte == UInt8(ascii: "-")
            }
    }

    /// Whether an id was read from a text and not made up; a number may be written in another way, and escapes hide letters.
    static func stands(_ id: String, in bytes: [UInt8]) -> Bool {
        bytes.contains { #"\.eE"#.utf8.contains($0) } || bytes.contains(Array(id.utf8))
    }
}

extension Character {
    fileprivate var isASCIIWord: Bool {
        isASCII && (isLetter || isNumber || self == "_")
    }
}
