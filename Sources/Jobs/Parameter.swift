/// A parameter that was given with a file: a text, a number or a truth value, as it stands in a parameter file.
package enum Parameter: Sendable, Hashable, Codable {
    case text(String)
    case integer(Int64)
    case number(Double)
    case boolean(Bool)

    /// A number as JSON gives it back, which has one kind of them: a whole one is an integer, whether it was written with a point or not.
    ///
    /// Parameters are compared with those that a job had: the same one must not be another after it was stored.
    package init(_ number: Double) {
        self = Int64(exactly: number).map(Parameter.integer) ?? .number(number)
    }

    package init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        // A text first: a decoder may take one like "inf" for a number.
        if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let boolean = try? value.decode(Bool.self) {
            self = .boolean(boolean)
        } else if let integer = try? value.decode(Int64.self) {
            self = .integer(integer)
        } else {
            self = Parameter(try value.decode(Double.self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .text(let text): try value.encode(text)
        case .integer(let integer): try value.encode(integer)
        case .number(let number): try value.encode(number)
        case .boolean(let boolean): try value.encode(boolean)
        }
    }

    /// The parameter as a part of a text.
    package var text: String {
        switch self {
        case .text(let text): text
        case .integer(let integer): String(integer)
        case .number(let number): String(number)
        case .boolean(let boolean): String(boolean)
        }
    }
}
