using System.Net;
using System.Net.Http.Headers;

namespace ActorPipeline.Hosting.Pulling;

/// <summary>The small decisions of a pull, without a server.</summary>
public sealed class PullRuleSpecs
{
    private const string Sum = "aa";

    [Theory]
    [InlineData("a", true, true)]
    [InlineData("picodet-s_2", true, true)]
    [InlineData("graph.onnx_data", false, true)]
    [InlineData("a..b", false, true)]
    [InlineData("", false, false)]
    [InlineData(".", false, false)]
    [InlineData("..", false, false)]
    [InlineData(".hidden", false, false)]
    [InlineData("-x", false, false)]
    [InlineData("a.", false, false)]
    [InlineData("a/b", false, false)]
    [InlineData("a\\b", false, false)]
    [InlineData("a:b", false, false)]
    [InlineData("a\0b", false, false)]
    [InlineData("ä", false, false)]
    public void Should_be_a_name_when_it_stays_in_its_folder(string name, bool ofModel, bool ofFile) => Assert.Equal((ofModel, ofFile), (PlainName.IsModel(name), PlainName.IsFile(name)));

    [Theory]
    [InlineData("https://box/a", false, null)]
    [InlineData("http://127.0.0.1:1/a", false, null)]
    [InlineData("http://[::1]/a", false, null)]
    [InlineData("http://localhost/a", false, null)]
    [InlineData("http://box/a", true, null)]
    [InlineData("http://box/a?key=secret", false, "'http://box/a' is not encrypted")]
    [InlineData("http://127.0.0.1.example.org/a", false, "is not encrypted")]
    [InlineData("ftp://box/a", true, "neither https nor http")]
    [InlineData("file:///etc/passwd", true, "neither https nor http")]
    [InlineData("https://me:word@box/a", true, "user's name")]
    public void Should_say_why_not_when_an_address_is_not_to_be_asked(string address, bool insecure, string? refusal)
    {
        var found = PullAddress.Refusal(new Uri(address), insecure);
        if (refusal is null) Assert.Null(found);
        else Assert.Contains(refusal, found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://box/a", "https://other/b", false, true)]
    [InlineData("http://127.0.0.1/a", "http://127.0.0.1:9/b", false, true)]
    [InlineData("https://box/a", "http://other/b", false, false)]
    [InlineData("https://box/a", "http://other/b", true, true)]
    [InlineData("https://box/a", "http://127.0.0.1/b", true, false)]
    [InlineData("https://box/a", "https://localhost/b", false, false)]
    [InlineData("https://box/a", "file:///etc/passwd", true, false)]
    public void Should_go_no_further_than_by_itself_and_never_into_this_machine_when_it_is_led_on(string from, string to, bool insecure, bool followed) =>
        Assert.Equal(followed, PullAddress.RedirectRefusal(new Uri(from), new Uri(to), insecure) is null);

    [Fact]
    public void Should_look_for_the_signature_beside_the_index_when_it_has_a_query() =>
        Assert.Equal("https://box:8443/a/index.json.sig?key=1", PullAddress.SignatureOf(new Uri("https://box:8443/a/index.json?key=1")).AbsoluteUri);

    [Theory]
    [InlineData(0, Sum, "\"t\"", 0, false)]
    [InlineData(40, Sum, "\"t\"", 40, true)]
    [InlineData(40, Sum, "W/\"t\"", 0, false)]
    [InlineData(40, Sum, null, 0, false)]
    [InlineData(40, Sum, "rubbish", 0, false)]
    [InlineData(40, "bb", "\"t\"", 0, false)]
    [InlineData(40, null, null, 0, false)]
    [InlineData(100, Sum, null, 100, false)]
    [InlineData(100, "bb", "\"t\"", 0, false)]
    [InlineData(101, Sum, "\"t\"", 0, false)]
    public void Should_go_on_only_where_the_same_file_can_be_asked_for_when_some_is_there(long length, string? sum, string? tag, long offset, bool asks)
    {
        var plan = ResumePlan.Of(new IndexedFile(FileRole.Model, "a", new Uri("https://box/a"), 100, Sum), length, sum is null ? null : new PartNote(sum, tag));
        Assert.Equal((offset, asks), (plan.Offset, plan.ETag is not null));
    }

    [Theory]
    [InlineData(0, 200, null, 100, nameof(AnswerUse.Anew))]
    [InlineData(0, 200, null, null, nameof(AnswerUse.Anew))]
    [InlineData(40, 200, null, 100, nameof(AnswerUse.Anew))]
    [InlineData(0, 200, null, 99, nameof(AnswerUse.Refused))]
    [InlineData(0, 200, null, 101, nameof(AnswerUse.Refused))]
    [InlineData(40, 206, "bytes 40-99/100", 60, nameof(AnswerUse.Append))]
    [InlineData(40, 206, "bytes 40-79/100", 40, nameof(AnswerUse.Append))]
    [InlineData(40, 206, "bytes 40-99/*", null, nameof(AnswerUse.Append))]
    [InlineData(40, 206, "bytes 40-119/120", 80, nameof(AnswerUse.Refused))]
    [InlineData(40, 206, "bytes 40-99/100", 61, nameof(AnswerUse.Refused))]
    [InlineData(40, 206, "bytes 39-99/100", 61, nameof(AnswerUse.AskAnew))]
    [InlineData(40, 206, null, 60, nameof(AnswerUse.AskAnew))]
    [InlineData(0, 206, "bytes 0-99/100", 100, nameof(AnswerUse.Refused))]
    [InlineData(40, 416, null, 0, nameof(AnswerUse.AskAnew))]
    [InlineData(0, 416, null, 0, nameof(AnswerUse.Refused))]
    [InlineData(0, 404, null, null, nameof(AnswerUse.Refused))]
    [InlineData(0, 403, null, null, nameof(AnswerUse.Refused))]
    [InlineData(0, 304, null, null, nameof(AnswerUse.Refused))]
    [InlineData(0, 204, null, null, nameof(AnswerUse.Refused))]
    [InlineData(0, 408, null, null, nameof(AnswerUse.Later))]
    [InlineData(0, 429, null, null, nameof(AnswerUse.Later))]
    [InlineData(40, 500, null, null, nameof(AnswerUse.Later))]
    [InlineData(40, 503, null, null, nameof(AnswerUse.Later))]
    public void Should_take_an_answer_for_what_it_is_when_a_part_or_all_was_asked_for(long offset, int status, string? range, int? length, string use) => Assert.Equal(
        use,
        RangeAnswer.Of(new ResumePlan(offset, offset > 0 ? new EntityTagHeaderValue("\"t\"") : null), 100, (HttpStatusCode)status, range is null ? null : ContentRangeHeaderValue.Parse(range), length).Use.ToString());
}
