/// What can be fuzzed, by the name of its corpus.
enum FuzzTarget: String, CaseIterable {
    /// Bodies of callbacks.
    case callback
    /// Answers of the cloud: to queries of both versions, submissions and uploads.
    case answer
    /// The form of an upload.
    case multipart
    /// YAML: configuration, pipelines, parameters.
    case yaml
    /// Placeholders, in values of nodes and in names of results.
    case placeholder
    /// Addresses, of callbacks, inputs and results.
    case address
    /// The listener, as bytes on a connection.
    case listener

    /// Looks whether all that is promised of the target holds for an input.
    func check(_ bytes: [UInt8]) {
        switch self {
        case .callback: CallbackPromises.check(bytes)
        case .answer: AnswerPromises.check(bytes)
        case .multipart: MultipartPromises.check(bytes)
        case .yaml: YAMLPromises.check(bytes)
        case .placeholder: PlaceholderPromises.check(bytes)
        case .address: AddressPromises.check(bytes)
        case .listener: ListenerPromises.check(bytes)
        }
    }
}
