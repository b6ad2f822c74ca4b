namespace SensorGrid.Readings.Wire.SparkplugB;

/// <summary>Finds the one property we use: <c>Quality</c>. Keys and values are two lists of the same length; the rest of them is skipped.</summary>
internal static class SparkplugProperties
{
    private const uint KeysTag = 1 << 3 | ProtoScanner.Bytes;
    private const uint ValuesTag = 2 << 3 | ProtoScanner.Bytes;

    /// <summary>Reads the quality of a property set into the metric; a fault stops the outer scanner.</summary>
    public static void ReadQuality(ReadOnlySpan<byte> body, int start, int end, ref SparkplugMetric metric, ref ProtoScanner outer)
    {
        int keys = 0, values = 0, wanted = -1;
        var scanner = new ProtoScanner(body, start, end);
        int begin = start;
        while (scanner.TryTag(out uint tag))
        {
            if (tag == KeysTag && scanner.TryBytes(out int keyStart, out int keyLength))
            {
                if (body.Slice(keyStart, keyLength).SequenceEqual("Quality"u8))
                    wanted = keys;
                keys++;
            }
            else if (tag == ValuesTag && scanner.TryBytes(out _, out _))
            {
                values++;
            }
            else if (scanner.Error == SparkplugError.None)
            {
                scanner.SkipOther(tag, begin, lastKnown: 2);
            }
            if (scanner.Error != SparkplugError.None)
                break;
            begin = scanner.At;
        }
        if (scanner.Error != SparkplugError.None)
            Stop(scanner, ref outer);
        else if (keys != values)
            metric.Flags |= SparkplugMetricFlags.UnevenProperties;
        else if (wanted >= 0)
            ReadValue(body, start, end, wanted, ref metric, ref outer);
    }

    private static void ReadValue(ReadOnlySpan<byte> body, int start, int end, int wanted, ref SparkplugMetric metric, ref ProtoScanner outer)
    {
        // Looked through before: this cannot fail until the value is reached.
        var scanner = new ProtoScanner(body, start, end);
        while (scanner.TryTag(out uint tag))
        {
            if (tag != ValuesTag)
            {
                scanner.TrySkip(tag);
                continue;
            }
            scanner.TryBytes(out int valueStart, out int valueLength);
            if (wanted-- > 0)
                continue;
            var value = new ProtoScanner(body, valueStart, valueStart + valueLength);
            while (value.TryTag(out uint field))
            {
                // int_value or long_value; a quality in any other form is none.
                if (field is (3 << 3 | ProtoScanner.Varint) or (4 << 3 | ProtoScanner.Varint) && value.TryVarint(out ulong quality))
                    (metric.Quality, metric.Flags) = ((int)quality, metric.Flags | SparkplugMetricFlags.HasQuality);
                else if (value.Error == SparkplugError.None)
                    value.TrySkip(field);
                if (value.Error != SparkplugError.None)
                    break;
            }
            if (value.Error != SparkplugError.None)
                Stop(value, ref outer);
            return;
        }
    }

    private static void Stop(in ProtoScanner at, ref ProtoScanner outer)
    {
        outer.At = at.At;
        outer.Fail(at.Error);
    }
}
