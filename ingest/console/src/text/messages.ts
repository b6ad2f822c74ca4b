// Every sentence the console says, in both languages, by id. `en` must have exactly the ids of `zh`: the compiler checks it.
// {name} stands for an argument.
const zh = {
  'app.title': 'SensorGrid 值班台',
  'nav.alarms': '告警', 'nav.gateways': '网关', 'nav.datastreams': '数据流', 'nav.label': '页面',
  'pane.list': '列表', 'pane.map': '地图', 'pane.detail': '详情', 'pane.label': '窗格',
  'lang.switch': 'English', 'lang.label': '切换到英文',
  'help.open': '快捷键',

  'level.red': '红色', 'level.orange': '橙色', 'level.yellow': '黄色', 'level.blue': '蓝色', 'level.none': '正常',
  'state.active': '未恢复', 'state.returned': '已恢复', 'state.acknowledged': '已确认', 'state.unacknowledged': '未确认',
  'state.closed': '已关闭', 'state.retrospective': '补报', 'state.retrospective.hint': '数据迟到：触发时刻已过时效，仅作记录，不按实时处置。',

  'live.on': '实时', 'live.connecting': '连接中…', 'live.off': '已断开',
  'live.stale': '数据已陈旧：{seconds} 秒未收到服务端消息，画面可能不是最新，正在重连。',
  'live.reconnected': '已重新连接，期间补收 {changes} 条变化。',
  'live.failed': '无法取得告警：{reason}。将自动重试。',
  'service.problem': '服务异常：{problem}',
  'clock.label': '服务端时间', 'clock.simulated': '模拟时钟（{speed} 倍速）：画面为回放或演练，不是现场实况。',
  'clock.simulated.short': '模拟',
  'counts.unacknowledged': '未确认 {count}', 'counts.open': '未关闭 {count}',
  'announce.counts': '未确认告警 {unacknowledged} 条，未关闭 {open} 条。',
  'announce.red': '红色告警：{object}，{title}。', 'announce.redMany': '新增红色告警 {count} 条。',

  'filter.label': '筛选', 'filter.state': '状态', 'filter.state.open': '未关闭', 'filter.state.unacknowledged': '未确认',
  'filter.state.active': '未恢复', 'filter.state.all': '全部（含已关闭）',
  'filter.domain': '领域', 'filter.domain.all': '全部领域', 'filter.level': '级别',
  'filter.text': '搜索', 'filter.text.hint': '搜索（ / ）', 'filter.clear': '清除筛选',
  'list.label': '告警列表', 'list.level': '级别', 'list.object': '对象 / 告警', 'list.area': '区域 / 领域', 'list.value': '数值 / 限值',
  'list.raised': '触发', 'list.state': '状态', 'list.acknowledged': '已确认', 'list.unacknowledged': '未确认',
  'list.newAbove': '上方有 {count} 条新告警 ↑', 'list.empty': '没有符合条件的告警。', 'list.none': '目前没有未关闭的告警。', 'list.loading': '正在读取告警…',
  'list.shown': '{count} 条', 'list.notLoaded': '另有 {count} 条未关闭的告警未载入；请先处理上面的。',

  'map.label': '告警地图', 'map.loading': '正在绘制地图…', 'map.failed': '此浏览器无法绘制地图（需要 WebGL 2）：{reason}。列表与详情照常可用。',
  'map.legend': '图例', 'map.fit': '显示全部', 'map.zoomIn': '放大', 'map.zoomOut': '缩小', 'map.gotoSelected': '定位所选告警',
  'map.counts': '{stations} 个测站，{alarms} 处告警', 'map.attribution': '海岸线：Natural Earth（公有领域）',

  'detail.label': '告警详情', 'detail.none': '请在列表或地图上选择一条告警。', 'detail.loading': '正在读取…', 'detail.failed': '无法取得详情：{reason}',
  'detail.peak': '最高级别', 'detail.value': '数值', 'detail.limit': '限值', 'detail.limits': '各级限值',
  'detail.above': '高于或等于', 'detail.below': '低于或等于',
  'detail.domain': '领域', 'detail.area': '区域', 'detail.datastream': '数据流', 'detail.gateway': '网关', 'detail.rule': '规则',
  'detail.plan': '预案', 'detail.onset': '条件起始', 'detail.raised': '触发', 'detail.returned': '恢复', 'detail.cleared': '解除', 'detail.id': '编号',
  'detail.history': '经过', 'detail.facts': '基本情况', 'detail.acknowledgedBy': '{operator} 于 {time} 确认',

  'ack.operator': '值班员', 'ack.operator.hint': '姓名或工号', 'ack.note': '备注', 'ack.note.hint': '核实情况、通知了谁…（可不填）',
  'ack.button': '确认告警', 'ack.sending': '正在确认…', 'ack.needOperator': '请先填写值班员。', 'ack.done': '已确认：{object}',
  'ack.already': '已由 {operator} 先行确认。', 'ack.failed': '确认未成功：{reason}。请重试。',
  'ack.unknown': '未收到答复，确认可能尚未生效：{reason}。请重试；重复确认不会产生影响。',

  'trend.label': '趋势', 'trend.range': '时段', 'trend.range.hour': '1 小时', 'trend.range.quarter': '6 小时', 'trend.range.day': '1 天', 'trend.range.week': '7 天', 'trend.range.now': '至今',
  'trend.hint.hour': '触发前 60 分至后 15 分', 'trend.hint.quarter': '触发前 5 小时至后 1 小时', 'trend.hint.day': '触发前 23 小时至后 1 小时', 'trend.hint.week': '触发前 6 天至后 1 天', 'trend.hint.now': '条件起始前 1 小时至现在',
  'trend.none': '此告警没有可绘制的数值数据流。', 'trend.empty': '该时段没有数据。', 'trend.loading': '正在读取…', 'trend.failed': '无法取得数据：{reason}',
  'trend.raised': '触发', 'trend.acknowledged': '确认', 'trend.returned': '恢复', 'trend.onset': '起始',
  'trend.bucketed': '每 {every} 取最小、最大、平均', 'trend.truncated': '数据过多，只显示了一部分。', 'trend.otherLimits': '限值针对 {measure}，不在此图中。',
  'trend.position': '移动对象：轨迹见地图。', 'trend.summary': '{from} 至 {to}，{points} 点，最小 {min}，最大 {max}',

  'gateways.label': '网关', 'gateways.id': '网关', 'gateways.online': '状态', 'gateways.yes': '在线', 'gateways.no': '离线', 'gateways.unknown': '未知',
  'gateways.last': '最近收到', 'gateways.accepted': '接收', 'gateways.rejected': '拒收', 'gateways.rejectedReasons': '拒收原因', 'gateways.notInCatalogue': '未登记', 'gateways.never': '从未',
  'gateways.empty': '还没有网关。', 'gateways.summary': '{count} 个网关，{offline} 个离线',
  'datastreams.label': '数据流', 'datastreams.id': '数据流', 'datastreams.object': '对象', 'datastreams.quantity': '量', 'datastreams.latest': '最新值', 'datastreams.observed': '观测时间', 'datastreams.quality': '质量',
  'datastreams.unassigned': '未登记', 'datastreams.onlyUnassigned': '只看未登记', 'datastreams.empty': '没有符合条件的数据流。', 'datastreams.summary': '{count} 个数据流，{unassigned} 个未登记',
  'datastreams.more': '只显示前 {shown} 个，请用搜索缩小范围。', 'datastreams.search': '搜索数据流', 'datastreams.noValue': '暂无',
  'page.failed': '无法取得数据：{reason}。将自动重试。', 'page.loading': '正在读取…',

  'quality.good': '好', 'quality.suspect': '存疑', 'quality.estimated': '估计', 'quality.missing': '缺测', 'quality.bad': '坏值',
  'transition.raised': '触发', 'transition.level-changed': '级别变化', 'transition.continued': '再次触发', 'transition.returned': '恢复', 'transition.cleared': '解除', 'transition.acknowledged': '确认',

  'kind.river': '河道', 'kind.reservoir': '水库', 'kind.gauge': '水文站', 'kind.manhole': '检查井', 'kind.channel': '渠道', 'kind.canal': '运河', 'kind.dry-channel': '干沟', 'kind.weather-station': '气象站', 'kind.pipe': '管网', 'kind.sewer': '管网', 'kind.pump': '泵站', 'kind.outfall': '排口', 'kind.compartment': '防火分区', 'kind.building': '建筑', 'kind.room': '房间', 'kind.hall': '展厅', 'kind.museum': '博物馆', 'kind.rain': '雨量站', 'kind.weather': '气象站', 'kind.forest': '林区', 'kind.patrol': '巡护', 'kind.vehicle': '车辆',
  'quantity.level': '水位', 'quantity.depth': '水深', 'quantity.street-depth': '积水深度', 'quantity.flow': '流量', 'quantity.temperature': '温度', 'quantity.humidity': '相对湿度', 'quantity.rain': '雨量', 'quantity.wind-speed': '风速',
  'quantity.wind-direction': '风向', 'quantity.pressure': '气压', 'quantity.oxygen': '氧气', 'quantity.co2': '二氧化碳', 'quantity.light': '照度', 'quantity.position': '位置',
  'reject.json': '不是 JSON', 'reject.not_array': '不是数组', 'reject.type': '类型不符', 'reject.base64': 'base64 有误', 'reject.empty_name': '名称为空', 'reject.bad_name': '名称有误', 'reject.no_value': '没有数值', 'reject.multiple_values': '多个数值',
  'reject.must_understand': '含必须理解的未知字段', 'reject.unsupported_version': '版本不支持', 'reject.version_change': '版本中途变化', 'reject.duplicate_key': '字段重复', 'reject.number_range': '数字超出范围', 'reject.too_deep': '嵌套过深', 'reject.too_many_records': '记录过多', 'reject.too_many_fields': '字段过多',
  'reject.name_too_long': '名称过长', 'reject.string_too_long': '文本过长', 'reject.data_too_long': '数据过长', 'reject.payload_too_large': '消息过大', 'reject.not_readings': '不是读数', 'reject.bad_status': '状态消息有误', 'reject.topic_invalid': '主题有误', 'reject.topic_unknown': '主题未知',
  'reject.other_gateway': '其他网关的主题', 'reject.commands_are_central': '命令只由中心发出', 'reject.payload_over_limit': '消息超过上限', 'reject.filter_not_own': '订阅了他人的主题', 'reject.too_many_subscriptions': '订阅过多', 'reject.client_id_invalid': '客户端编号有误', 'reject.user_name_invalid': '用户名有误', 'reject.protocol_version': '协议版本不支持',
  'help.title': '快捷键', 'help.close': '关闭', 'help.move': '上/下一条告警', 'help.ack': '确认所选告警（首次会要求填写值班员）', 'help.note': '填写备注', 'help.map': '在地图上定位所选告警',
  'help.search': '搜索', 'help.help': '显示或关闭本说明', 'help.escape': '离开输入框；取消选择', 'help.send': '在备注框中：确认',
  'error.unreachable': '服务没有应答', 'duration.days': '{n} 天', 'duration.hours': '{n} 小时', 'duration.minutes': '{n} 分', 'duration.seconds': '{n} 秒', 'duration.future': '即将',
} as const;

export type MessageId = keyof typeof zh;

const en: Record<MessageId, string> = {
  'app.title': 'SensorGrid Dispatch',
  'nav.alarms': 'Alarms', 'nav.gateways': 'Gateways', 'nav.datastreams': 'Datastreams', 'nav.label': 'Pages',
  'pane.list': 'List', 'pane.map': 'Map', 'pane.detail': 'Detail', 'pane.label': 'Panes',
  'lang.switch': '中文', 'lang.label': 'Switch to Chinese',
  'help.open': 'Keys',

  'level.red': 'Red', 'level.orange': 'Orange', 'level.yellow': 'Yellow', 'level.blue': 'Blue', 'level.none': 'Normal',
  'state.active': 'Active', 'state.returned': 'Returned', 'state.acknowledged': 'Acknowledged', 'state.unacknowledged': 'Unacknowledged',
  'state.closed': 'Closed', 'state.retrospective': 'Late data', 'state.retrospective.hint': 'Raised by data that came late, past its freshness limit: for the record, not live.',

  'live.on': 'Live', 'live.connecting': 'Connecting…', 'live.off': 'Disconnected',
  'live.stale': 'Stale: nothing heard from the service for {seconds} s. What you see may be out of date. Reconnecting.',
  'live.reconnected': 'Reconnected; {changes} changes received since.',
  'live.failed': 'The alarms could not be loaded: {reason}. Trying again.',
  'service.problem': 'The service reports a problem: {problem}',
  'clock.label': 'Service time', 'clock.simulated': 'Simulated clock ({speed}× speed): a replay or drill, not the live city.',
  'clock.simulated.short': 'Simulated',
  'counts.unacknowledged': '{count} unacknowledged', 'counts.open': '{count} open',
  'announce.counts': '{unacknowledged} unacknowledged alarms, {open} open.',
  'announce.red': 'Red alarm: {object}, {title}.', 'announce.redMany': '{count} new red alarms.',

  'filter.label': 'Filters', 'filter.state': 'State', 'filter.state.open': 'Open', 'filter.state.unacknowledged': 'Unacknowledged',
  'filter.state.active': 'Active', 'filter.state.all': 'All, closed too',
  'filter.domain': 'Domain', 'filter.domain.all': 'All domains', 'filter.level': 'Level',
  'filter.text': 'Search', 'filter.text.hint': 'Search ( / )', 'filter.clear': 'Clear filters',
  'list.label': 'Alarm list', 'list.level': 'Level', 'list.object': 'Object / alarm', 'list.area': 'Area / domain', 'list.value': 'Value / limit',
  'list.raised': 'Raised', 'list.state': 'State', 'list.acknowledged': 'Acked', 'list.unacknowledged': 'Unacked',
  'list.newAbove': '{count} new above ↑', 'list.empty': 'No alarm matches.', 'list.none': 'No open alarms.', 'list.loading': 'Loading alarms…',
  'list.shown': '{count} shown', 'list.notLoaded': '{count} more open alarms are not loaded; handle those above first.',

  'map.label': 'Alarm map', 'map.loading': 'Drawing the map…', 'map.failed': 'This browser cannot draw the map (WebGL 2 is needed): {reason}. List and detail work as usual.',
  'map.legend': 'Legend', 'map.fit': 'Show all', 'map.zoomIn': 'Zoom in', 'map.zoomOut': 'Zoom out', 'map.gotoSelected': 'Go to the selected alarm',
  'map.counts': '{stations} stations, {alarms} places in alarm', 'map.attribution': 'Coast: Natural Earth (public domain)',

  'detail.label': 'Alarm detail', 'detail.none': 'Select an alarm in the list or on the map.', 'detail.loading': 'Loading…', 'detail.failed': 'The detail could not be loaded: {reason}',
  'detail.peak': 'Worst level', 'detail.value': 'Value', 'detail.limit': 'Limit', 'detail.limits': 'Limits',
  'detail.above': 'at or above', 'detail.below': 'at or below',
  'detail.domain': 'Domain', 'detail.area': 'Area', 'detail.datastream': 'Datastream', 'detail.gateway': 'Gateway', 'detail.rule': 'Rule',
  'detail.plan': 'Plan', 'detail.onset': 'Condition since', 'detail.raised': 'Raised', 'detail.returned': 'Returned', 'detail.cleared': 'Cleared', 'detail.id': 'Id',
  'detail.history': 'History', 'detail.facts': 'Facts', 'detail.acknowledgedBy': 'Acknowledged by {operator} at {time}',

  'ack.operator': 'Operator', 'ack.operator.hint': 'Name or number', 'ack.note': 'Note', 'ack.note.hint': 'What was checked, who was told… (optional)',
  'ack.button': 'Acknowledge', 'ack.sending': 'Acknowledging…', 'ack.needOperator': 'Enter the operator first.', 'ack.done': 'Acknowledged: {object}',
  'ack.already': 'Already acknowledged by {operator}.', 'ack.failed': 'Not acknowledged: {reason}. Try again.',
  'ack.unknown': 'No answer came, so the acknowledgement may not have taken effect: {reason}. Try again; a second one does no harm.',

  'trend.label': 'Trend', 'trend.range': 'Range', 'trend.range.hour': '1 h', 'trend.range.quarter': '6 h', 'trend.range.day': '1 d', 'trend.range.week': '7 d', 'trend.range.now': 'To now',
  'trend.hint.hour': '60 min before to 15 min after the raise', 'trend.hint.quarter': '5 h before to 1 h after the raise', 'trend.hint.day': '23 h before to 1 h after the raise', 'trend.hint.week': '6 d before to 1 d after the raise', 'trend.hint.now': '1 h before the condition began until now',
  'trend.none': 'This alarm has no numeric datastream to draw.', 'trend.empty': 'No data in this range.', 'trend.loading': 'Loading…', 'trend.failed': 'The data could not be loaded: {reason}',
  'trend.raised': 'Raised', 'trend.acknowledged': 'Ack.', 'trend.returned': 'Returned', 'trend.onset': 'Since',
  'trend.bucketed': 'Minimum, maximum and average of each {every}', 'trend.truncated': 'Too much data: only a part is shown.', 'trend.otherLimits': 'The limits are for {measure} and not in this chart.',
  'trend.position': 'A moving object: its track is on the map.', 'trend.summary': '{from} to {to}: {points} points, lowest {min}, highest {max}',

  'gateways.label': 'Gateways', 'gateways.id': 'Gateway', 'gateways.online': 'State', 'gateways.yes': 'Online', 'gateways.no': 'Offline', 'gateways.unknown': 'Unknown',
  'gateways.last': 'Last received', 'gateways.accepted': 'Accepted', 'gateways.rejected': 'Rejected', 'gateways.rejectedReasons': 'Reasons', 'gateways.notInCatalogue': 'Not in the catalogue', 'gateways.never': 'Never',
  'gateways.empty': 'No gateways yet.', 'gateways.summary': '{count} gateways, {offline} offline',
  'datastreams.label': 'Datastreams', 'datastreams.id': 'Datastream', 'datastreams.object': 'Object', 'datastreams.quantity': 'Quantity', 'datastreams.latest': 'Latest', 'datastreams.observed': 'Observed', 'datastreams.quality': 'Quality',
  'datastreams.unassigned': 'Unassigned', 'datastreams.onlyUnassigned': 'Unassigned only', 'datastreams.empty': 'No datastream matches.', 'datastreams.summary': '{count} datastreams, {unassigned} unassigned',
  'datastreams.more': 'Only the first {shown} are shown; narrow the search.', 'datastreams.search': 'Search datastreams', 'datastreams.noValue': 'None yet',
  'page.failed': 'The data could not be loaded: {reason}. Trying again.', 'page.loading': 'Loading…',

  'quality.good': 'Good', 'quality.suspect': 'Suspect', 'quality.estimated': 'Estimated', 'quality.missing': 'Missing', 'quality.bad': 'Bad',
  'transition.raised': 'Raised', 'transition.level-changed': 'Level changed', 'transition.continued': 'Held again', 'transition.returned': 'Returned', 'transition.cleared': 'Cleared', 'transition.acknowledged': 'Acknowledged',

  'kind.river': 'River', 'kind.reservoir': 'Reservoir', 'kind.gauge': 'Gauge', 'kind.manhole': 'Manhole', 'kind.channel': 'Channel', 'kind.canal': 'Canal', 'kind.dry-channel': 'Dry channel', 'kind.weather-station': 'Weather station', 'kind.pipe': 'Sewer', 'kind.sewer': 'Sewer', 'kind.pump': 'Pumping station', 'kind.outfall': 'Outfall', 'kind.compartment': 'Fire compartment', 'kind.building': 'Building', 'kind.room': 'Room', 'kind.hall': 'Hall', 'kind.museum': 'Museum', 'kind.rain': 'Rain gauge', 'kind.weather': 'Weather station', 'kind.forest': 'Forest', 'kind.patrol': 'Patrol', 'kind.vehicle': 'Vehicle',
  'quantity.level': 'Level', 'quantity.depth': 'Depth', 'quantity.street-depth': 'Street depth', 'quantity.flow': 'Flow', 'quantity.temperature': 'Temperature', 'quantity.humidity': 'Humidity', 'quantity.rain': 'Rain', 'quantity.wind-speed': 'Wind speed',
  'quantity.wind-direction': 'Wind direction', 'quantity.pressure': 'Pressure', 'quantity.oxygen': 'Oxygen', 'quantity.co2': 'CO₂', 'quantity.light': 'Light', 'quantity.position': 'Position',
  'reject.json': 'not JSON', 'reject.not_array': 'not an array', 'reject.type': 'wrong type', 'reject.base64': 'bad base64', 'reject.empty_name': 'empty name', 'reject.bad_name': 'bad name', 'reject.no_value': 'no value', 'reject.multiple_values': 'several values',
  'reject.must_understand': 'unknown field that must be understood', 'reject.unsupported_version': 'unsupported version', 'reject.version_change': 'version changes midway', 'reject.duplicate_key': 'duplicate field', 'reject.number_range': 'number out of range', 'reject.too_deep': 'nested too deeply', 'reject.too_many_records': 'too many records', 'reject.too_many_fields': 'too many fields',
  'reject.name_too_long': 'name too long', 'reject.string_too_long': 'text too long', 'reject.data_too_long': 'data too long', 'reject.payload_too_large': 'message too large', 'reject.not_readings': 'not readings', 'reject.bad_status': 'bad status message', 'reject.topic_invalid': 'bad topic', 'reject.topic_unknown': 'unknown topic',
  'reject.other_gateway': 'topic of another gateway', 'reject.commands_are_central': 'commands come from the centre only', 'reject.payload_over_limit': 'message over the limit', 'reject.filter_not_own': 'subscribed to the topic of another', 'reject.too_many_subscriptions': 'too many subscriptions', 'reject.client_id_invalid': 'bad client id', 'reject.user_name_invalid': 'bad user name', 'reject.protocol_version': 'unsupported protocol version',
  'help.title': 'Keys', 'help.close': 'Close', 'help.move': 'Next / previous alarm', 'help.ack': 'Acknowledge the selected alarm (asks for the operator the first time)', 'help.note': 'Write a note', 'help.map': 'Go to the selected alarm on the map',
  'help.search': 'Search', 'help.help': 'Show or hide this help', 'help.escape': 'Leave a field; clear the selection', 'help.send': 'In the note: acknowledge',
  'error.unreachable': 'the service does not answer', 'duration.days': '{n} d', 'duration.hours': '{n} h', 'duration.minutes': '{n} min', 'duration.seconds': '{n} s', 'duration.future': 'soon',
};

export const MESSAGES = { zh, en } as const;
export type Language = keyof typeof MESSAGES;
