<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

use ClosteSync\Extension\Extension;
use ClosteSync\Text\Error_Text;
use ClosteSync\Text\Plain_Text;
use ClosteSync\Text\Problem_Message;

/**
 * A ledger row as a value: what is wanted of a domain, and how far it has come. Times are Unix seconds, 0 is never.
 */
final class Ledger_Row {

	/** Kinds of errors by which Closte, or the extension for it, says no. */
	public const REFUSALS = array( 'rejected', 'invalid-domain' );

	/** Columns with whole numbers, as far as PHP's go. */
	private const NUMBERS = array(
		'id',
		'blog_id',
		'stage_since',
		'state_since',
		'told_blog_id',
		'attempts',
		'next_check_at',
		'revision',
		'lease_until',
		'accepted_at',
		'last_added_at',
		'retry_after',
		'dns_checked_at',
		'certificate_not_after',
		'certificate_checked_at',
		'created_at',
		'updated_at',
	);

	/**
	 * @param string                                     $domain             A-labels, or as given where the extension refuses it.
	 * @param string                                     $base_name          The domain without its `www.`: both are listed together.
	 * @param int                                        $blog_id            The site that has it; 0: none.
	 * @param bool                                       $by_hand            Someone asked for it by hand, whoever has it besides.
	 * @param int                                        $state_since        Since when it has been in this state.
	 * @param int                                        $told_blog_id       The site whose owner was told what to do; 0: none.
	 * @param string                                     $next_call          The next step's call, `add` or `remove`; '': a check.
	 * @param int                                        $next_check_at      When a run looks at it again; 0: never.
	 * @param int                                        $revision           Counts the changes of what is wanted.
	 * @param string                                     $lease_owner        Who works on it, until `lease_until`; '': nobody.
	 * @param bool                                       $needs_confirmation A change was announced, and may have been killed: ask first.
	 * @param int                                        $accepted_at        When Closte accepted it.
	 * @param string                                     $error_kind         Of the last call, as the extension has it; '': none.
	 * @param string                                     $dns_state          A \Closte\DnsState value, or ''.
	 * @param string                                     $certificate_state  A \Closte\CertificateState value, or ''.
	 * @param list<array<string, mixed>>                  $problems           What keeps it from done, worst first.
	 * @param array<string, string>                      $unread             What is in columns that could not be read, by column.
	 */
	private function __construct(
		public readonly int $id,
		public readonly string $domain,
		public readonly string $base_name,
		public readonly int $blog_id,
		public readonly string $source,
		public readonly bool $by_hand,
		public readonly Wanted $wanted,
		public readonly Stage $stage,
		public readonly int $stage_since,
		public readonly State $state,
		public readonly int $state_since,
		public readonly int $told_blog_id,
		public readonly string $next_call,
		public readonly int $attempts,
		public readonly int $next_check_at,
		public readonly int $revision,
		public readonly string $lease_owner,
		public readonly int $lease_until,
		public readonly bool $needs_confirmation,
		public readonly int $accepted_at,
		public readonly int $last_added_at,
		public readonly bool $may_have_landed,
		public readonly string $error_kind,
		public readonly string $error_reason,
		public readonly string $error_message,
		public readonly int $retry_after,
		public readonly string $dns_state,
		public readonly int $dns_checked_at,
		public readonly string $certificate_state,
		public readonly int $certificate_not_after,
		public readonly string $certificate_issuer,
		public readonly int $certificate_checked_at,
		public readonly array $problems,
		public readonly int $created_at,
		public readonly int $updated_at,
		public readonly array $unread,
	) {}

	/**
	 * Never fails: a column that cannot be read has a value that does no harm, and {@see Ledger_Row::unreadable_column()} names
	 * it. Who acts on a row asks that first.
	 *
	 * @param array<string, mixed> $row As the database gives it, or as {@see Ledger_Row::to_array()} does; what is more is left out.
	 */
	public static function from_array( array $row ): self {
		$problems = self::problems( $row['problems'] );

		return new self(
			id: (int) $row['id'],
			domain: (string) $row['domain'],
			base_name: (string) $row['base_name'],
			blog_id: (int) $row['blog_id'],
			source: (string) $row['source'],
			by_hand: Row_Outline::is_by_hand( $row ),
			wanted: Row_Outline::wanted( $row ),
			stage: Row_Outline::stage( $row ),
			stage_since: (int) $row['stage_since'],
			state: State::tryFrom( (string) $row['state'] ) ?? State::NetworkMustAct,
			state_since: (int) $row['state_since'],
			told_blog_id: (int) $row['told_blog_id'],
			next_call: (string) $row['next_call'],
			attempts: (int) $row['attempts'],
			next_check_at: (int) $row['next_check_at'],
			revision: (int) $row['revision'],
			lease_owner: (string) $row['lease_owner'],
			lease_until: (int) $row['lease_until'],
			needs_confirmation: (bool) (int) $row['needs_confirmation'],
			accepted_at: (int) $row['accepted_at'],
			last_added_at: (int) $row['last_added_at'],
			may_have_landed: (bool) (int) $row['may_have_landed'],
			error_kind: (string) $row['error_kind'],
			error_reason: (string) $row['error_reason'],
			error_message: (string) $row['error_message'],
			retry_after: (int) $row['retry_after'],
			dns_state: (string) $row['dns_state'],
			dns_checked_at: (int) $row['dns_checked_at'],
			certificate_state: (string) $row['certificate_state'],
			certificate_not_after: (int) $row['certificate_not_after'],
			certificate_issuer: (string) $row['certificate_issuer'],
			certificate_checked_at: (int) $row['certificate_checked_at'],
			problems: $problems ?? array(),
			created_at: (int) $row['created_at'],
			updated_at: (int) $row['updated_at'],
			unread: self::unread( $row, null === $problems ),
		);
	}

	/**
	 * @param array<string, mixed> $row
	 * @return array<string, string>
	 */
	private static function unread( array $row, bool $has_odd_problems ): array {
		$odd = array();

		foreach ( self::NUMBERS as $column ) {
			$value = $row[ $column ];

			if ( ! is_int( $value ) && (string) (int) $value !== (string) $value ) {
				$odd[] = $column;
			}
		}

		if ( null === Wanted::tryFrom( (string) $row['wanted'] ) ) {
			$odd[] = 'wanted';
		}

		if ( null === Stage::tryFrom( (string) $row['stage'] ) && 'removed' !== $row['stage'] ) {
			$odd[] = 'stage';
		}

		if ( ! Row_Source::is_known( (string) $row['source'] ) ) {
			$odd[] = 'source';
		}

		if ( ! in_array( $row['next_call'], array( '', 'add', 'remove' ), true ) ) {
			$odd[] = 'next_call';
		}

		if ( $has_odd_problems ) {
			$odd[] = 'problems';
		}

		$unread = array();

		foreach ( $odd as $column ) {
			$unread[ $column ] = is_scalar( $row[ $column ] ) ? (string) $row[ $column ] : (string) wp_json_encode( $row[ $column ] );
		}

		return $unread;
	}

	/**
	 * @return ?list<array{code: string, message: string}> Null: that is no list of problems.
	 */
	private static function problems( mixed $value ): ?array {
		$problems = is_array( $value ) || '' === $value ? $value : json_decode( (string) $value, true );

		if ( '' === $problems ) {
			return array();
		}

		if ( ! is_array( $problems ) || ! array_is_list( $problems ) ) {
			return null;
		}

		foreach ( $problems as $problem ) {
			if ( ! is_array( $problem ) || ! is_string( $problem['code'] ?? null ) || ! is_string( $problem['message'] ?? null ) ) {
				return null;
			}
		}

		return $problems;
	}

	/**
	 * The first column that this version cannot read, or whose value the extension does not know; null: none.
	 */
	public function unreadable_column(): ?string {
		$column = array_key_first( $this->unread );

		// What nothing is done with any longer is no record of the extension's.
		return null !== $column || Wanted::Retired === $this->wanted || ! Extension::is_loaded()
			? $column
			: \Closte\Lifecycle::unreadableKey( $this->to_record() );
	}

	/**
	 * Why nothing is done with this row, in words; null: it can be read.
	 */
	public function defect(): ?string {
		$column = $this->unreadable_column();

		if ( null === $column ) {
			return null;
		}

		$value = $this->to_array()[ $column ] ?? '';

		return sprintf(
			/* translators: 1: name of a column, 2: what is in it */
			__( 'Its database row cannot be read: this version does not know the value “%2$s” in the column %1$s.', 'closte-sync' ),
			$column,
			Plain_Text::shorten( Plain_Text::of( is_array( $value ) ? (string) wp_json_encode( $value ) : (string) $value ), 60 )
		);
	}

	/**
	 * What is in a column with a word, as it is stored.
	 *
	 * @param string $column `wanted` or `stage`.
	 */
	public function word( string $column ): string {
		return $this->unread[ $column ] ?? $this->{$column}->value;
	}

	/**
	 * The row as it is after a step.
	 *
	 * @param array<string, mixed> $record As \Closte\Lifecycle returned it.
	 */
	public function after( array $record ): self {
		return self::from_array( array_merge( $this->to_array(), $record ) );
	}

	/**
	 * The row as it is when nobody works on it.
	 */
	public function without_lease(): self {
		return $this->after(
			array(
				'lease_owner' => '',
				'lease_until' => 0,
			)
		);
	}

	/**
	 * All columns by name: strings and ints only, but for `problems`. What `wp closte domain get --format=json` shows.
	 *
	 * @return array<string, int|string|list<array{code: string, message: string}>>
	 */
	public function to_array(): array {
		$columns = get_object_vars( $this );
		unset( $columns['unread'] );

		$columns['by_hand']            = (int) $this->by_hand;
		$columns['wanted']             = $this->wanted->value;
		$columns['stage']              = $this->stage->value;
		$columns['state']              = $this->state->value;
		$columns['needs_confirmation'] = (int) $this->needs_confirmation;
		$columns['may_have_landed']    = (int) $this->may_have_landed;

		return array() === $this->unread ? $columns : array_merge( $columns, $this->unread );
	}

	/**
	 * The record that \Closte\Lifecycle::advance() takes; it passes `id` and `revision` through.
	 *
	 * @return array<string, int|string|list<array{code: string, message: string}>>
	 */
	public function to_record(): array {
		// One by one: each row of a run comes by here twice, and leaving out what is no part of it would take three times as long.
		$record = array(
			'id'                     => $this->id,
			'domain'                 => $this->domain,
			'blog_id'                => $this->blog_id,
			'source'                 => $this->source,
			'wanted'                 => $this->wanted->value,
			'stage'                  => $this->stage->value,
			'stage_since'            => $this->stage_since,
			'next_call'              => $this->next_call,
			'attempts'               => $this->attempts,
			'next_check_at'          => $this->next_check_at,
			'revision'               => $this->revision,
			'accepted_at'            => $this->accepted_at,
			'last_added_at'          => $this->last_added_at,
			'may_have_landed'        => (int) $this->may_have_landed,
			'error_kind'             => $this->error_kind,
			'error_reason'           => $this->error_reason,
			'error_message'          => $this->error_message,
			'retry_after'            => $this->retry_after,
			'dns_state'              => $this->dns_state,
			'dns_checked_at'         => $this->dns_checked_at,
			'certificate_state'      => $this->certificate_state,
			'certificate_not_after'  => $this->certificate_not_after,
			'certificate_issuer'     => $this->certificate_issuer,
			'certificate_checked_at' => $this->certificate_checked_at,
			'problems'               => $this->problems,
			'by_rule'                => (int) $this->is_by_rule(),
		);

		return array() === $this->unread ? $record : array_merge( $record, array_intersect_key( $this->unread, $record ) );
	}

	/**
	 * Whether it came along with another domain, as its www name, and nobody asked for it.
	 */
	public function is_by_rule(): bool {
		return Row_Source::WWW === $this->source && ! $this->by_hand;
	}

	/**
	 * Whether it came along with another domain and has no DNS of its own: it keeps nobody from anything.
	 */
	public function is_without_dns(): bool {
		return $this->is_by_rule() && $this->dns_checked_at > 0 && 'missing' === $this->dns_state;
	}

	/**
	 * Whether it is not sent before it has DNS of its own.
	 */
	public function waits_for_dns(): bool {
		return Row_Outline::is_waiting( $this->wanted, $this->stage, $this->next_call );
	}

	/**
	 * Whether the next step is a call to Closte, not a look at DNS or at a certificate.
	 */
	public function awaits_call(): bool {
		return '' !== $this->next_call;
	}

	/**
	 * Whether Closte may have it from us: it was accepted, or a call may have landed. What was never sent, or was refused,
	 * is not there.
	 */
	public function may_be_at_closte(): bool {
		return $this->accepted_at > 0 || $this->may_have_landed;
	}

	/**
	 * Whether a request is about to give it to a site, and nobody has worked on it since: that request says what becomes of it.
	 */
	public function is_only_expected(): bool {
		return $this->needs_confirmation && Wanted::Present === $this->wanted && Stage::Pending === $this->stage
			&& '' === $this->lease_owner && 0 === $this->attempts && ! $this->may_be_at_closte();
	}

	/**
	 * Whether Closte refused the call that it waits for, or could never take its name.
	 */
	public function was_refused(): bool {
		return $this->awaits_call() && in_array( $this->error_kind, self::REFUSALS, true );
	}

	/**
	 * Who must act for it. Nobody but the network's admin can do anything about a row that cannot be read.
	 *
	 * @param string $hindrance What keeps all domains from being sent, as {@see \ClosteSync\Sync\Readiness::hindrance()} says.
	 */
	public function state( string $hindrance = '' ): State {
		return null === $this->unreadable_column() ? $this->state->under( $hindrance ) : State::NetworkMustAct;
	}

	/**
	 * What to do at the DNS provider, where that is known: the records of all its problems, each once.
	 *
	 * @return list<array{action: string, type: string, name: string, value: string}>
	 */
	public function dns_records(): array {
		return self::records( $this->problems );
	}

	/**
	 * What problems say is to be done at the DNS provider, each record once.
	 *
	 * @param list<array<string, mixed>> $problems
	 * @return list<array{action: string, type: string, name: string, value: string}>
	 */
	public static function records( array $problems ): array {
		$is_record = static fn( mixed $record ): bool => is_array( $record )
			&& array_filter( $record, 'is_string' ) === $record
			&& isset( $record['action'], $record['type'], $record['name'], $record['value'] );

		$records = array();

		foreach ( $problems as $problem ) {
			array_push( $records, ...array_filter( array_values( (array) ( $problem['records'] ?? array() ) ), $is_record ) );
		}

		return array_values( array_unique( $records, SORT_REGULAR ) );
	}

	public function is_accepted(): bool {
		return Row_Outline::was_accepted( $this->wanted, $this->accepted_at );
	}

	public function has_error(): bool {
		return '' !== $this->error_kind;
	}

	/**
	 * Why the last call for it failed, for people; '' where it did not.
	 */
	public function error_text(): string {
		$is_removal = Wanted::Absent === $this->wanted;

		return Error_Text::of_call( $this->domain, $is_removal, $this->error_kind, $this->error_reason, $this->error_message );
	}

	/**
	 * What the last check found, for people, the worst first.
	 *
	 * @return list<string>
	 */
	public function problem_texts(): array {
		return Problem_Message::all( $this->problems );
	}
}
