using System.Globalization;
using System.Text;
using SensorGrid.FieldProtocols.Hj212;

namespace SensorGrid.FieldProtocols.Tests.Hj212;

/// <summary>Packets made by hand from the text of a segment, so that tests of readers do not lean on the writer.</summary>
internal static class Hj212Text
{
    public static byte[] Frame(string segment)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(segment);
        return [.. Encoding.ASCII.GetBytes(bytes.Length.ToString("D4", CultureInfo.InvariantCulture)).Prepend((byte)'#').Prepend((byte)'#'), .. bytes,
            .. Encoding.ASCII.GetBytes(Hj212Crc.Compute(bytes).ToString("X4", CultureInfo.InvariantCulture))];
    }

    /// <summary>An upload of one station with this data area.</summary>
    public static byte[] Upload(int command, string area, string header = "QN=20240601120000123;ST=32;CN={0};PW=123456;MN=ST-1;Flag=5") =>
        Frame($"{string.Format(CultureInfo.InvariantCulture, header, command)};CP=&&{area}&&");

    /// <summary>UTC ticks of a Beijing time.</summary>
    public static long Beijing(string time) =>
        DateTime.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.None).AddHours(-8).Ticks;
}
