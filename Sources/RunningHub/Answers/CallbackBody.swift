/// What the body of a callback says, as far as it is used: a hint, never the outcome.
///
/// Reports of the service's callbacks disagree (`event`, `taskId` and `eventData` as a JSON text or an object, or the body of a query), so
/// only the two members that they share are read, and nothing is required.
package struct CallbackBody: Sendable, Hashable {
    /// The task that ended, all digits kept; `nil` where the body does not name one.
    package let taskID: String?
    /// The event's name, `TASK_END` as documented; `nil` in bodies that have the shape of a query's answer.
    package let event: String?

    /// What is known of a body that says nothing.
    package static let empty = CallbackBody(taskID: nil, event: nil)

    /// The largest body that is read, in bytes.
    ///
    /// Nothing longer is known.
    package static let maximumLength = 4 * 1024 * 1024

    /// The most members and elements of a body that is read.
    ///
    /// The longest answers have a dozen for each of at most 256 results.
    package static let maximumValues = 10_000

    /// The longest name of an event that is kept, in characters.
    private static let maximumEventLength = 64

    /// Reads a body, whatever it is.
    ///
    /// What is not JSON, is too long, too deep or too full gives ``empty``: a callback counts by its address, not by its body.
    package static func decode(_ bytes: some Collection<UInt8>) -> CallbackBody {
        guard bytes.count <= maximumLength,
            let top = JSONValue.decode(Members.self, from: bytes, mostValues: maximumValues)
        else { return .empty }
        return CallbackBody(
            taskID: top.taskID ?? top.eventTaskID,
            event: top.event.map { RemoteText.clean($0, limit: maximumEventLength) }
        )
    }

    /// The members that are looked at; all others are passed over without being decoded.
    private struct Members: Decodable {
        var taskID: String?
        var event: String?
        var eventTaskID: String?

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: AnyKey.self)
            taskID = Self.taskID(in: members)
            event = try? members.decode(String.self, forKey: AnyKey(stringValue: "event"))
            guard taskID == nil else { return }
            // The id is beside `eventData` in every report; where it is not, the answer inside `eventData` may name it.
            let inner = try? members.decode(JSONValue.self, forKey: AnyKey(stringValue: "eventData")).unwrapped
            eventTaskID = inner.flatMap { TaskID.read($0["taskId", "task_id"] ?? $0["data"]?["taskId", "task_id"]) }
        }

        private static func taskID(in members: KeyedDecodingContainer<AnyKey>) -> String? {
            for name in ["taskId", "task_id", "taskID"] {
                let key = AnyKey(stringValue: name)
                if let text = try? members.decode(String.self, forKey: key) {
                    if let id = TaskID.read(text) { return id }
                } else if let value = try? members.decode(JSONValue.self, forKey: key), let id = TaskID.read(value) {
                    return id
                }
            }
            return nil
        }
    }
}
