/// What tasks produce and how it is served.
package struct ResultSettings: Sendable, Hashable, Codable {
    /// The outputs of each task, in this order.
    package var outputs: [OutputSettings] = [OutputSettings()]
    /// Those of tasks with certain node values, in place of ``outputs``; the first that fits counts.
    package var chosen: [ChosenOutputs] = []
    /// How long result addresses work.
    ///
    /// The vendor says 24 hours.
    package var lifetime: Seconds = 86400
    /// Status of an address that no longer works.
    ///
    /// 403 and 404 are what the object store behind the service typically says; what the service says is not known.
    package var expiredStatus = 403
    /// Whether addresses carry a signature in their query, without which they are refused with 403.
    package var signed = false
    /// Scheme and authority of result addresses; empty: the simulator's own.
    package var baseAddress = ""
}

/// One output of a task.
package struct OutputSettings: Sendable, Hashable, Codable {
    package var content = Content.echo
    /// Extension and output type, without a dot.
    ///
    /// Empty for `echo`: that of the uploaded file.
    package var type = ""
    /// Size of a generated output in bytes; it takes no memory, whatever the size.
    package var bytes = 65536
    /// The text of `text` and `textFile` outputs.
    package var text = "a photo of a harbour at dawn"
    /// Prefix of the file name, as a save node has it.
    package var prefix = "ComfyUI"
    /// The node that saved it; empty: `nodeId` is missing from the answer.
    package var node = "9"
    /// `Content-Type` the file is served with; empty: the one that belongs to its type.
    package var contentType = ""
    /// Whether the output type is written in capitals.
    package var upperCase = false
    /// What is done with it by a cloud that means harm.
    package var hostile = HostileSettings()

    /// Where an output's bytes come from.
    package enum Content: String, Sendable, Hashable, Codable {
        /// The bytes of the first uploaded file among the node values; generated when there is none.
        case echo
        /// Made up from the seed and the task, beginning with the signature of the type.
        case generated
        /// A text in the answer itself: `url` null, `text` set.
        case text
        /// A text by address.
        case textFile = "text_file"
    }

    package init(
        _ content: Content = .echo,
        type: String = "",
        bytes: Int = 65536,
        node: String = "9"
    ) {
        self.content = content
        self.type = type
        self.bytes = bytes
        self.node = node
    }
}

extension OutputSettings {
    package init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        content = try container.decodeIfPresent(Content.self, forKey: .content) ?? content
        type = try container.decodeIfPresent(String.self, forKey: .type) ?? type
        bytes = try container.decodeIfPresent(Int.self, forKey: .bytes) ?? bytes
        text = try container.decodeIfPresent(String.self, forKey: .text) ?? text
        prefix = try container.decodeIfPresent(String.self, forKey: .prefix) ?? prefix
        node = try container.decodeIfPresent(String.self, forKey: .node) ?? node
        contentType = try container.decodeIfPresent(String.self, forKey: .contentType) ?? contentType
        upperCase = try container.decodeIfPresent(Bool.self, forKey: .upperCase) ?? upperCase
        hostile = try container.decodeIfPresent(HostileSettings.self, forKey: .hostile) ?? hostile
    }
}
