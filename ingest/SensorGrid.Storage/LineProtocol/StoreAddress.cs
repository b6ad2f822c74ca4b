namespace SensorGrid.Storage.LineProtocol;

/// <summary>The address lines are posted to. Precision is always nanoseconds.</summary>
internal static class StoreAddress
{
    public static Uri Of(ExternalStoreOptions options)
    {
        string path = options.Path.Length > 0 ? options.Path : options.Kind == ExternalStoreKind.InfluxDb2 ? "api/v2/write" : "write";
        var query = new List<string>();
        void Add(string name, string value)
        {
            if (value.Length > 0)
                query.Add($"{name}={Uri.EscapeDataString(value)}");
        }
        Add("org", options.Org);
        Add("bucket", options.Bucket);
        Add("db", options.Database);
        Add("rp", options.RetentionPolicy);
        Add("precision", "ns");
        return new($"{options.Url!.GetLeftPart(UriPartial.Path).TrimEnd('/')}/{path.TrimStart('/')}?{string.Join('&', query)}");
    }
}
