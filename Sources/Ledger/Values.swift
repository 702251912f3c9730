import Foundation
import GRDB
import Synchronization

/// Bytes as a value of a column.
struct Blob: DatabaseValueConvertible {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var databaseValue: DatabaseValue {
        Data(bytes).databaseValue
    }

    static func fromDatabaseValue(_ value: DatabaseValue) -> Blob? {
        Data.fromDatabaseValue(value).map { Blob(Array($0)) }
    }

    /// The bytes of a column that is never null.
    static func bytes(_ row: Row, _ index: Int) -> [UInt8] {
        (row[index] as Blob?)?.bytes ?? []
    }
}

/// Values kept as JSON text: those that are looked at as a whole or not at all.
enum JSONText {
    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        return try decoder.decode(type, from: Data(text.utf8))
    }
}

/// What RunningHub calls a job's uploaded inputs, as a column holds it.
///
/// A job is read some ten times on its way, and its names are decoded once.
enum RemoteNames {
    private static let known = Mutex<[String: [String: String]]>([:])
    private static let most = 256

    static func decode(_ text: String) throws -> [String: String] {
        if let names = known.withLock({ $0[text] }) { return names }
        let names = try JSONText.decode([String: String].self, text)
        known.withLock { known in
            if known.count >= most { known = [:] }
            known[text] = names
        }
        return names
    }
}
