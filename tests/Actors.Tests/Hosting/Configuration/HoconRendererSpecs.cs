using ActorPipeline.Hosting.Configuration;
using Akka.Configuration;

namespace ActorPipeline.Tests.Hosting.Configuration;

public class HoconRendererSpecs
{
    private static Config Parsed(string text, params (string, string)[] environment) =>
        ConfigurationFactory.ParseString(HoconRenderer.Render("akka", (HoconObject)Given.Tree(text, environment).At("akka")!));

    [Theory]
    [InlineData("INFO")]
    [InlineData("64 MiB")]
    [InlineData("Some.Type`1[[System.String]], Assembly")]
    [InlineData("with \"quotes\" and \\ and #, // and ${no}")]
    [InlineData("line\nand\ttab")]
    public void Should_reach_akka_unchanged_when_a_value_is_this_text(string value)
    {
        var config = Parsed("akka { a = ${VALUE}, list = [${VALUE}, x] }", ("VALUE", value));

        Assert.Equal(value, config.GetString("akka.a"));
        Assert.Equal([value, "x"], config.GetStringList("akka.list"));
    }

    [Fact]
    public void Should_reach_akka_whole_when_the_block_is_of_every_form()
    {
        var config = Parsed("""
            akka {
              loglevel = DEBUG, loggers = ["A, B"]
              actor { deployment { "/a/*" { router = round-robin-pool, nr-of-instances = 5 } }, empty {} , none = [], ask-timeout = 10s }
              actor.serializers."x.y" = "T, A"
              io.size = 64MiB
              on = on
              sentinel = 1
            }
            """);

        Assert.Equal("DEBUG", config.GetString("akka.loglevel"));
        Assert.Equal(["A, B"], config.GetStringList("akka.loggers"));
        Assert.Equal(5, config.GetConfig("akka.actor.deployment").Root.GetObject().GetKey("/a/*").GetObject().GetKey("nr-of-instances").GetInt());
        Assert.Equal("T, A", config.GetConfig("akka.actor.serializers").Root.GetObject().GetKey("x.y").GetString());
        Assert.Equal(TimeSpan.FromSeconds(10), config.GetTimeSpan("akka.actor.ask-timeout"));
        Assert.Equal(64 * 1024 * 1024, config.GetByteSize("akka.io.size"));
        Assert.True(config.GetBoolean("akka.on"));
        Assert.Empty(config.GetStringList("akka.actor.none"));
        Assert.Equal(1, config.GetInt("akka.sentinel"));
    }

    [Fact]
    public void Should_reach_akka_as_null_when_a_key_is_null()
    {
        var config = Parsed("akka { a = null, sentinel = 1 }").WithFallback(ConfigurationFactory.ParseString("akka.a = 5"));

        Assert.Null(config.GetString("akka.a"));
        Assert.Equal(1, config.GetInt("akka.sentinel"));
    }
}
