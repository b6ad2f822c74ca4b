using SensorGrid.Storage.LineProtocol;

namespace SensorGrid.Storage.Tests.LineProtocol;

public class StoreAnswerReaderTests
{
    private static readonly Uri Url = new("http://127.0.0.1:8086");

    [Theory]
    [InlineData(ExternalStoreKind.InfluxDb2, 204, "", StoreVerdict.Accepted)]
    [InlineData(ExternalStoreKind.InfluxDb2, 200, "", StoreVerdict.Accepted)]
    [InlineData(ExternalStoreKind.InfluxDb2, 200, "<html>Sign in</html>", StoreVerdict.Misconfigured)]
    [InlineData(ExternalStoreKind.InfluxDb2, 301, "", StoreVerdict.Misconfigured)]
    [InlineData(ExternalStoreKind.InfluxDb2, 400, """{"code":"invalid","message":"unable to parse 'm v= 2': missing field value"}""", StoreVerdict.LinesRefused)]
    [InlineData(ExternalStoreKind.InfluxDb2, 422, """{"code":"unprocessable entity","message":"failure writing points to database: partial write: field type conflict: input field \"v\" on measurement \"m\" is type string, already exists as type float dropped=1"}""", StoreVerdict.LinesRefused)]
    [InlineData(ExternalStoreKind.InfluxDb2, 401, """{"code":"unauthorized","message":"unauthorized access"}""", StoreVerdict.Misconfigured)]
    [InlineData(ExternalStoreKind.InfluxDb2, 403, """{"code":"forbidden","message":"insufficient permissions for write"}""", StoreVerdict.Misconfigured)]
    [InlineData(ExternalStoreKind.InfluxDb2, 404, """{"code":"not found","message":"bucket \"b\" not found"}""", StoreVerdict.Misconfigured)]
    [InlineData(ExternalStoreKind.InfluxDb2, 413, """{"code":"request too large","message":"points batch is too large"}""", StoreVerdict.TooLarge)]
    [InlineData(ExternalStoreKind.InfluxDb2, 429, "", StoreVerdict.Busy)]
    [InlineData(ExternalStoreKind.InfluxDb2, 503, """{"code":"unavailable","message":"unavailable"}""", StoreVerdict.Busy)]
    [InlineData(ExternalStoreKind.InfluxDb2, 500, """{"code":"internal error","message":"an internal error has occurred"}""", StoreVerdict.Unavailable)]
    [InlineData(ExternalStoreKind.InfluxDb2, 502, "<html>Bad Gateway</html>", StoreVerdict.Unavailable)]
    [InlineData(ExternalStoreKind.InfluxDb2, 408, "", StoreVerdict.Unavailable)]
    [InlineData(ExternalStoreKind.InfluxDb1, 400, """{"error":"partial write: unable to parse 'm v= 2': missing field value dropped=0"}""", StoreVerdict.LinesRefused)]
    [InlineData(ExternalStoreKind.InfluxDb1, 400, """{"error":"unable to parse 'm v= 2': missing field value"}""", StoreVerdict.LinesRefused)]
    [InlineData(ExternalStoreKind.InfluxDb1, 400, """{"error":"partial write: field type conflict: input field \"v\" on measurement \"m\" is type string, already exists as type float dropped=1"}""", StoreVerdict.LinesRefused)]
    [InlineData(ExternalStoreKind.InfluxDb1, 400, """{"error":"database is required"}""", StoreVerdict.Misconfigured)]
    [InlineData(ExternalStoreKind.InfluxDb1, 404, """{"error":"database not found: \"nope\""}""", StoreVerdict.Misconfigured)]
    [InlineData(ExternalStoreKind.InfluxDb1, 401, """{"error":"authorization failed"}""", StoreVerdict.Misconfigured)]
    [InlineData(ExternalStoreKind.InfluxDb1, 500, """{"error":"timeout"}""", StoreVerdict.Unavailable)]
    [InlineData(ExternalStoreKind.VictoriaMetrics, 400, "cannot unmarshal InfluxDB line \"m v=\"", StoreVerdict.LinesRefused)]
    [InlineData(ExternalStoreKind.VictoriaMetrics, 400, "error in \"/write\": cannot parse gzip", StoreVerdict.LinesRefused)]
    [InlineData(ExternalStoreKind.VictoriaMetrics, 400, "unsupported path requested", StoreVerdict.Misconfigured)]
    [InlineData(ExternalStoreKind.VictoriaMetrics, 418, "", StoreVerdict.Misconfigured)]
    internal void Each_answer_has_one_meaning(ExternalStoreKind kind, int status, string body, StoreVerdict verdict) =>
        Assert.Equal(verdict, StoreAnswerReader.Read(DeliveryRig.Options(kind, Url), status, body, null).Verdict);

    [Fact]
    public void Points_older_than_the_store_keeps_anything_are_accepted_and_counted()
    {
        var answer = StoreAnswerReader.Read(
            DeliveryRig.Options(ExternalStoreKind.InfluxDb1, Url), 400, """{"error":"partial write: points beyond retention policy dropped=12"}""", null);

        Assert.Equal((StoreVerdict.Accepted, 12), (answer.Verdict, answer.Expired));
    }

    [Theory]
    [InlineData(ExternalStoreKind.InfluxDb2, 401, "Token")]
    [InlineData(ExternalStoreKind.InfluxDb2, 404, "bucket \"b/1\"")]
    [InlineData(ExternalStoreKind.InfluxDb1, 403, "PasswordFile")]
    [InlineData(ExternalStoreKind.InfluxDb1, 404, "database \"city\"")]
    [InlineData(ExternalStoreKind.VictoriaMetrics, 302, "Url or Path")]
    internal void A_misconfiguration_says_which_setting_to_change(ExternalStoreKind kind, int status, string setting) =>
        Assert.Contains(setting, StoreAnswerReader.Read(DeliveryRig.Options(kind, Url), status, "", null).Reason, StringComparison.Ordinal);

    [Fact]
    public void A_long_text_of_a_server_is_cut_and_its_control_characters_are_gone()
    {
        string reason = StoreAnswerReader.Read(DeliveryRig.Options(ExternalStoreKind.InfluxDb1, Url), 500, new string('x', 400) + "\r\nforged line" + new string('y', 400), null).Reason;

        Assert.InRange(reason.Length, 250, 350);
        Assert.DoesNotContain(reason, char.IsControl);
    }
}
