namespace ActorPipeline.Events.Webhook;

public sealed class WebhookSignatureSpecs
{
    // The vector that Standard Webhooks publishes.
    [Fact]
    public void Should_be_what_the_standards_libraries_expect_when_they_sign_the_same() =>
        Assert.Equal(
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            WebhookSignature.Of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, "{\"test\": 2432232314}"u8));

    [Fact]
    public void Should_be_another_when_anything_is_changed()
    {
        string[] all =
        [
            WebhookSignature.Of("s", "a", 1, "x"u8), WebhookSignature.Of("t", "a", 1, "x"u8), WebhookSignature.Of("s", "b", 1, "x"u8),
            WebhookSignature.Of("s", "a", 2, "x"u8), WebhookSignature.Of("s", "a", 1, "y"u8),
        ];

        Assert.Equal(all.Length, all.Distinct().Count());
    }

    [Theory]
    [InlineData("text", true)]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", true)]
    [InlineData("whsec_", false)]
    [InlineData("whsec_x!", false)]
    [InlineData("", false)]
    public void Should_know_a_secret_when_it_is_one(string secret, bool expected) => Assert.Equal(expected, WebhookSettings.IsSecret(secret));
}
