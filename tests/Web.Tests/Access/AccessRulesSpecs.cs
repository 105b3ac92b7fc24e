namespace ActorPipeline.Hosting.Web;

public class AccessRulesSpecs
{
    private const string Token = "correct-horse-battery";

    private static readonly AccessRules Open = new(new WebSettings { Enabled = true }, _ => false);
    private static readonly AccessRules Guarded = new(new WebSettings { Enabled = true, Host = "0.0.0.0", Token = Token }, session => session == "known");

    private static AccessRequest Get(string path) => new("GET", path) { Host = "127.0.0.1:8780" };

    private static AccessRequest Post(string path) => new("POST", path) { Host = "127.0.0.1:8780", ContentType = "application/json" };

    [Theory]
    [InlineData("127.0.0.1:8780", null)]
    [InlineData("localhost:8780", null)]
    [InlineData("localhost", null)]
    [InlineData("[::1]:8780", null)]
    [InlineData("evil.example:8780", 421)]
    [InlineData("127.0.0.1.evil.example", 421)]
    [InlineData("10.0.0.7:8780", 421)]
    [InlineData("", 421)]
    [InlineData(null, 421)]
    public void Should_answer_to_its_own_names_alone_when_it_has_no_token(string? host, int? status) => Assert.Equal(status, Open.Refuse(Get("/") with { Host = host })?.Status);

    [Fact]
    public void Should_answer_to_any_name_when_it_has_a_token() => Assert.Null(Guarded.Refuse(Get("/") with { Host = "gate.example" }));

    [Theory]
    [InlineData("same-origin", null)]
    [InlineData("none", null)]
    [InlineData(null, null)]
    [InlineData("same-site", 403)]
    [InlineData("cross-site", 403)]
    public void Should_refuse_another_site_when_the_browser_says_so(string? site, int? status)
    {
        Assert.Equal(status, Open.Refuse(Get("/api/status") with { FetchSite = site })?.Status);
        Assert.Equal(status, Open.Refuse(Post("/api/reload") with { FetchSite = site })?.Status);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8780", null)]
    [InlineData("https://127.0.0.1:8780", 403)]
    [InlineData("http://127.0.0.1:8781", 403)]
    [InlineData("http://evil.example", 403)]
    [InlineData("null", 403)]
    public void Should_refuse_another_origin(string origin, int? status) => Assert.Equal(status, Open.Refuse(Post("/api/reload") with { Origin = origin })?.Status);

    [Theory]
    [InlineData("application/json", null)]
    [InlineData("application/json; charset=utf-8", null)]
    [InlineData("text/plain", 415)]
    [InlineData("application/x-www-form-urlencoded", 415)]
    [InlineData(null, 415)]
    public void Should_change_nothing_for_what_a_form_of_another_site_could_send(string? type, int? status) => Assert.Equal(status, Open.Refuse(Post("/api/reload") with { ContentType = type })?.Status);

    [Theory]
    [InlineData("/", null)]
    [InlineData("/app.js", null)]
    [InlineData("/health/live", null)]
    [InlineData("/health/ready", 401)]
    [InlineData("/metrics", 401)]
    [InlineData("/api/status", 401)]
    [InlineData("/api/pipelines/street/picture", 401)]
    public void Should_tell_nothing_of_what_runs_when_the_token_is_not_known(string path, int? status) => Assert.Equal(status, Guarded.Refuse(Get(path))?.Status);

    [Theory]
    [InlineData("Bearer correct-horse-battery", null)]
    [InlineData("bearer correct-horse-battery", null)]
    [InlineData("Bearer correct-horse-batterz", 401)]
    [InlineData("Bearer correct-horse-batter", 401)]
    [InlineData("Bearer ", 401)]
    [InlineData("Basic correct-horse-battery", 401)]
    [InlineData("correct-horse-battery", 401)]
    public void Should_take_the_token_and_no_other(string header, int? status) => Assert.Equal(status, Guarded.Refuse(Get("/api/status") with { Authorization = header })?.Status);

    [Theory]
    [InlineData("known", null)]
    [InlineData("other", 401)]
    public void Should_take_a_session_that_knew_it(string session, int? status) => Assert.Equal(status, Guarded.Refuse(Get("/api/status") with { Session = session })?.Status);

    [Fact]
    public void Should_let_everybody_try_to_log_in() => Assert.Null(Guarded.Refuse(Post(AccessRules.LoginPath)));
}
