import Jobs
import Testing

@testable import Daemon

@Suite("What no file says", .timeLimit(.minutes(1)))
struct DefaultsTests {
    @Test("An empty configuration is the defaults, and no mistake.")
    func empty() throws {
        let reading = readConfiguration([:])
        #expect(reading.problems.isEmpty)
        var expected = Configuration()
        expected.pipelinesFolder = "/c/pipelines.d"
        #expect(reading.configuration == expected)
    }

    @Test("The defaults are those that the documentation shows.")
    func documented() throws {
        let reading = readConfiguration([
            "config.yaml": documentedConfiguration, "pipelines.d/oil-painting.yaml": documentedPipeline,
        ])
        #expect(reading.problems.isEmpty)
        let configuration = try #require(reading.configuration)
        var expected = Configuration()
        expected.pipelinesFolder = "/c/pipelines.d"
        expected.api.keys = [KeySettings(name: "main", source: .credential("key_main"))]
        let nodes: [Pipeline.Node] = [
            .init(id: "285", field: "image", value: .text(try Template(parsing: "{file}"))),
            .init(
                id: "6",
                field: "text",
                value: .text(try Template(parsing: "{param:prompt|convert to oil painting style}"))
            ),
            .init(id: "3", field: "seed", value: .text(try Template(parsing: "{seed}"))),
        ]
        expected.pipelines = [Pipeline(name: "oil-painting", target: .aiApp("2016740236478386178"), nodes: nodes)]
        #expect(configuration == expected)
    }

    /// INTERFACE: the configuration with every default written out.
    private let documentedConfiguration = """
        api:
          base_url: https://www.runninghub.cn
          keys:
            - name: main
              credential: key_main
              concurrency: 1
              minimum_coins: 0
        webhook:
          public_url:
          listen: 127.0.0.1:8787
        spool: /var/spool/runninghubd
        state: /var/lib/runninghubd
        control_socket: /run/runninghubd/control.sock
        pipelines: pipelines.d
        language: en
        inbox:
          watch: auto
          quiet_time: 5s
          poll_quiet_time: 30s
          rescan: 60s
          ignore: []
        limits:
          upload: 30MB
          output: 4GB
          free_space: 5GB
          private_hosts: []
        outbox:
          name: "{stem}"
          layout: flat
          manifest: beside
        after_delivery: keep
        retention: { done: 30d, failed: never, history: 90d }
        duplicates: join
        spending: { coins_per_day: none, hold_above: 1000 }
        """

    private let documentedPipeline = """
        ai_app: 2016740236478386178
        api: v2
        upload: v1
        instance_type: default
        use_personal_queue: false
        access_password:
        metadata: true
        keys: []
        accept: []
        folder_is: auto
        timeout: 2h
        queue_timeout: 12h
        retries: 0
        group: runninghub-users
        folders: {}
        nodes:
          - { id: 285, field: image, value: "{file}" }
          - { id: 6,   field: text,  value: "{param:prompt|convert to oil painting style}" }
          - { id: 3,   field: seed,  value: "{seed}" }
        """
}
