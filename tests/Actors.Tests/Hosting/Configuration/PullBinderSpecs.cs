using ActorPipeline.Hosting;
using ActorPipeline.Hosting.Configuration;

namespace ActorPipeline.Tests.Hosting.Configuration;

public class PullBinderSpecs
{
    private const string Before = "actor-pipeline.models.d { path = d.onnx, kind = picodet }\nactor-pipeline.pull { ";

    [Fact]
    public void Should_bind_every_key_with_paths_beside_the_file_when_all_are_given() => Assert.Equal(
        new PullSettings { Index = "https://box/index.json", Key = "conf/pull.pem", Folder = "/var/models" },
        ActorPipelineConfiguration.Read(Before + "index = \"https://box/index.json\", key = pull.pem, folder = /var/models }", "test.conf", Given.Lookup(), baseDirectory: "conf").Settings!.Pull);

    [Theory]
    [InlineData("index = models", "index: expected \"https://host/index.json\", or \"\" for none, found \"models\"")]
    [InlineData("index = \"file:///etc/index.json\"", "index: expected \"https://host/index.json\", or \"\" for none, found \"file:///etc/index.json\"")]
    [InlineData("key = [a]", "key: expected the path of a PEM file, or \"\" for none, found [a]")]
    [InlineData("folder { }", "folder: expected the path of a folder, or \"\" for none, found an object")]
    [InlineData("keys = a", "keys: unknown key; did you mean 'key'?")]
    public void Should_say_what_is_wrong_when_a_key_does_not_fit(string key, string expected) =>
        Assert.EndsWith(": actor-pipeline.pull." + expected, Assert.Single(Given.Faults(Before + key + " }")));
}
