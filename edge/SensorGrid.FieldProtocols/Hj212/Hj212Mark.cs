using SensorGrid.Readings;

namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>Data marks (数据标记; HJ 212-2017 table 7, HJ/T 212-2005 as it is used): what the station itself says of a value.</summary>
public static class Hj212Mark
{
    /// <summary>What a mark means for us; false when no edition has it.</summary>
    /// <remarks><code>
    /// N normal 正常                      good            S manual input 手工输入            estimated
    /// F stopped 停运                     suspect         M maintenance 维护                bad
    /// D fault 故障                       bad             C calibration 校准                bad
    /// T above range 超测量上限           bad             B link to the instrument 通讯异常 bad
    /// 2005: P power fault bad; air stations 0 calibration bad, 1 meteorological suspect, 2 abnormal bad, 3 normal good
    /// </code>
    /// A value that the standard does not let into statistics must not raise an alarm as if measured: bad. Of a plant at rest the value is true: suspect.</remarks>
    /// <param name="mark">The letter or digit, in either case.</param>
    /// <param name="quality">The quality; suspect when the mark is unknown.</param>
    public static bool TryMap(byte mark, out Quality quality)
    {
        (bool isKnown, quality) = (mark & ~0x20) switch
        {
            'N' => (true, Quality.Good),
            'S' => (true, Quality.Estimated),
            'F' => (true, Quality.Suspect),
            'M' or 'D' or 'C' or 'T' or 'B' or 'P' => (true, Quality.Bad),
            _ => mark switch
            {
                (byte)'0' or (byte)'2' => (true, Quality.Bad),
                (byte)'1' => (true, Quality.Suspect),
                (byte)'3' => (true, Quality.Good),
                _ => (false, Quality.Suspect),
            },
        };
        return isKnown;
    }
}
