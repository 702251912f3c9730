/// What is to happen to the files of one inbox: which workflow or AI app, with what values, under which limits.
///
/// A pure value, complete: what `config.yaml` gives for all pipelines and this pipeline's own file are already merged. A copy of it is kept
/// with every submission, so that a job under way goes on with the settings it was submitted with.
package struct Pipeline: Sendable, Hashable, Codable {
    /// The group of the spool's folders, and of every pipeline that names no other.
    package static let commonGroup = "runninghub-users"

    /// The file's name without `.yaml`, and the name of the folders.
    package var name: String
    /// What RunningHub is to run.
    package var target: Target
    /// Through which of RunningHub's interfaces the task is started.
    package var api: API = .v2
    /// Through which endpoint files are uploaded.
    package var upload: UploadEndpoint = .v1
    /// The machine the task runs on.
    package var instanceType: InstanceType = .default
    /// `usePersonalQueue`.
    package var usePersonalQueue = false
    /// The name of the credential that holds the app's access password.
    package var accessPassword: String?
    /// `addMetadata`.
    package var metadata = true
    /// The names of the keys that may be used; empty: all.
    package var keys: [String] = []
    /// Kinds by content that are taken; empty: what RunningHub lists; `any`: everything.
    package var accept: [String] = []
    /// What a dropped folder is.
    package var folderIs: FolderMeaning = .auto
    /// How long the task may run before it is given up.
    package var timeout: Duration = .seconds(2 * 3600)
    /// How long the task may wait in the cloud's queue.
    package var queueTimeout: Duration = .seconds(12 * 3600)
    /// Further paid attempts after a task failed for a reason that may pass.
    package var retries = 0
    /// The group that drops and takes here.
    package var group = Self.commonGroup
    /// Folders that stand elsewhere than in the spool.
    package var folders = Folders()
    /// The values that are set in the graph.
    package var nodes: [Node] = []
    /// How files are seen and settle.
    package var inbox = InboxSettings()
    /// Bounds on what goes in and what comes out.
    package var limits = Limits()
    /// How results are named and laid out.
    package var outbox = OutboxSettings()
    /// What becomes of an original after delivery.
    package var afterDelivery: AfterDelivery = .keep
    /// How long finished things are kept.
    package var retention = Retention()
    /// What a second, equal drop means.
    package var duplicates: Duplicates = .join
    /// Guards on spending.
    package var spending = Spending()
    /// Who is told of a job's end.
    package var hooks: Hooks?
    /// What turns a dropped file into the one that is uploaded.
    package var prepare: Preparation?

    /// A pipeline of this name and target with every other setting at its default.
    package init(name: String, target: Target, nodes: [Node] = []) {
        self.name = name
        self.target = target
        self.nodes = nodes
    }

    /// What RunningHub is to run.
    ///
    /// Ids are kept as the text they were given as; they exceed 2^53.
    package enum Target: Sendable, Hashable, Codable {
        /// An AI app, by its `webappId`.
        case aiApp(String)
        /// A workflow, by its `workflowId`.
        case workflow(String)
    }

    /// RunningHub's families of interfaces for starting a task.
    package enum API: String, Sendable, Hashable, Codable, CaseIterable {
        case v2, v1
        case v1Params = "v1-params"
    }

    /// RunningHub's upload endpoints.
    package enum UploadEndpoint: String, Sendable, Hashable, Codable, CaseIterable {
        case v1, v2
    }

    /// Machine sizes: 24, 48 and 84 GB of video memory.
    package enum InstanceType: String, Sendable, Hashable, Codable, CaseIterable {
        case `default`, plus, ultra
    }

    /// What a dropped folder is.
    package enum FolderMeaning: String, Sendable, Hashable, Codable, CaseIterable {
        /// Every file in it is a job.
        case batch
        /// The folder is one job.
        case job
        /// By the placeholders of the pipeline: with stems a job, without them a batch.
        case auto
    }

    /// One value to set in the graph.
    package struct Node: Sendable, Hashable, Codable {
        /// The node's id in the graph.
        package var id: String
        /// The input's name.
        package var field: String
        /// What to put there.
        package var value: NodeValue

        /// A value for a field of a node.
        package init(id: String, field: String, value: NodeValue) {
            self.id = id
            self.field = field
            self.value = value
        }
    }

    /// The value of a node's field as it stands in the pipeline's file.
    ///
    /// Only texts have placeholders.
    package enum NodeValue: Sendable, Hashable, Codable {
        case text(Template)
        case integer(Int64)
        case number(Double)
        case boolean(Bool)
    }
}
