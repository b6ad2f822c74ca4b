using System.Text;

namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>What a key in a data area means, for tools that write packets. Readers remember what they understood and do not come here.</summary>
public static class Hj212Elements
{
    /// <summary>Name, units and scale of the readings of a key.</summary>
    /// <param name="key">As it stands in the area, e.g. <c>w01018-Rtd</c>.</param>
    /// <param name="command">CN of the packet: means of an hour are another datastream than those of a day.</param>
    public static FieldElement Of(string key, int command) => new Hj212Key(Encoding.UTF8.GetBytes(key), factor => factor).ElementOf(command);
}
