<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * The statements by which {@see Ledger} writes what is wanted into rows.
 */
final class Desired_State_Writer {

	/** What a row has lost when what is wanted of it has changed. */
	private const ANEW = "by_hand = 0, told_blog_id = 0, revision = revision + 1, attempts = 0, last_added_at = 0,
		error_kind = '', error_reason = '', error_message = '', retry_after = 0, problems = '[]'";

	/** What is wrong is news to the owner of another site. Takes its ID, and comes before `blog_id` is written. */
	private const TOLD = 'told_blog_id = CASE WHEN blog_id = %d THEN told_blog_id ELSE 0 END';

	/**
	 * @param \Closure(): int $clock Unix time.
	 */
	public function __construct(
		private readonly Database $database,
		private readonly string $table,
		private readonly \Closure $clock,
		private readonly ?Network_Identity $identity = null,
	) {}

	/**
	 * @param non-empty-array<string, array{blog_id: int, source: string}> $owners By domain.
	 * @return int Rows written: those that were not there.
	 */
	public function insert( array $owners, Wanted $wanted = Wanted::Present, ?Lease $lease = null, bool $needs_confirmation = false ): int {
		// Before the first row: a copy of the network has that row too.
		$this->identity?->complete();

		$now    = $this->now();
		$due    = $needs_confirmation ? $now + MINUTE_IN_SECONDS : $now;
		$until  = null === $lease ? 0 : $now + $lease->seconds;
		$values = array();

		foreach ( $owners as $domain => $owner ) {
			$values[] = array(
				(string) $domain,
				self::base_name( (string) $domain ),
				$owner['blog_id'],
				$owner['source'],
				$wanted,
				$wanted->first_stage(),
				$now,
				$wanted->first_state(),
				$now,
				$wanted->call(),
				$due,
				$lease->owner ?? '',
				$until,
				(int) $needs_confirmation,
				$now,
				$now,
				'',
				'[]',
			);
		}

		return $this->database->run(
			'INSERT IGNORE INTO %i ( domain, base_name, blog_id, source, wanted, stage, stage_since, state, state_since, next_call, next_check_at, lease_owner, lease_until, needs_confirmation, created_at, updated_at, error_message, problems ) VALUES '
				. $this->database->rows_of_literals( $values ),
			$this->table
		);
	}

	/**
	 * @param non-empty-array<string, array{blog_id: int, source: string}> $owners By domain.
	 * @return int Rows that are as this request wrote them.
	 */
	public function confirm_expected( array $owners, ?Lease $lease ): int {
		$now = $this->now();

		return $this->database->run(
			'UPDATE %i SET needs_confirmation = 0, ' . self::TOLD . ', blog_id = %d, next_check_at = %d,
				lease_owner = %s, lease_until = %d, updated_at = %d
			WHERE domain IN ( ' . Database::placeholders( $owners ) . " ) AND needs_confirmation = 1 AND wanted = 'present' AND stage = 'pending' AND lease_owner = ''",
			$this->table,
			reset( $owners )['blog_id'],
			reset( $owners )['blog_id'],
			$now,
			$lease->owner ?? '',
			null === $lease ? 0 : $now + $lease->seconds,
			$now,
			...self::names( $owners )
		);
	}

	/**
	 * The lease stays: a call in flight is not repeated beside it, and its answer finds another revision. What Closte had
	 * accepted before a wish for its absence, or before nothing wanted it, it may still have when it is wanted again: it is
	 * asked before it is sent again.
	 */
	public function change( string $domain, int $blog_id, string $source, Wanted $wanted ): void {
		$now     = $this->now();
		$is_back = (int) ( Wanted::Present === $wanted );
		$changed = $this->database->run(
			'UPDATE %i SET ' . self::ANEW . ', needs_confirmation = 0,
				wanted = %s, stage = %s, stage_since = %d, state = %s, state_since = %d,
				next_call = %s, blog_id = %d, source = %s, next_check_at = %d,
				may_have_landed = CASE WHEN accepted_at > 0 AND %d = 1 THEN 1 ELSE may_have_landed END,
				accepted_at = CASE WHEN %d = 1 THEN 0 ELSE accepted_at END, updated_at = %d
			WHERE domain = %s AND wanted <> %s',
			$this->table,
			$wanted->value,
			$wanted->first_stage()->value,
			$now,
			$wanted->first_state()->value,
			$now,
			$wanted->call(),
			$blog_id,
			$source,
			$now,
			$is_back,
			$is_back,
			$now,
			$domain,
			$wanted->value
		);

		if ( 0 === $changed && Wanted::Present === $wanted ) {
			$this->take_over( $domain, $blog_id, $source, $now );
		}
	}

	/**
	 * As {@see Desired_State_Writer::change()} for many rows that do not say so yet, unless they have changed since they were read: who
	 * wants one meanwhile takes away the mark that it needs confirmation, or gives it another revision. One that Closte cannot
	 * have from us, and that was not forgotten because somebody has claimed it, needs confirmation: others may have its domain
	 * there.
	 *
	 * @param non-empty-list<Ledger_Row> $rows
	 * @return int How many.
	 */
	public function unwant( array $rows ): int {
		$now   = $this->now();
		$as_is = static fn( Ledger_Row $row ): string => sprintf(
			'( id = %d AND revision = %d AND needs_confirmation = %d )',
			$row->id,
			$row->revision,
			(int) $row->needs_confirmation
		);

		return $this->database->run(
			'UPDATE %i SET ' . self::ANEW . ', wanted = %s, stage = %s, stage_since = %d, state = %s, state_since = %d,
				needs_confirmation = CASE WHEN accepted_at = 0 AND may_have_landed = 0 THEN 1 ELSE 0 END,
				next_call = %s, next_check_at = %d, updated_at = %d
			WHERE wanted <> %s AND ( ' . implode( ' OR ', array_map( $as_is, $rows ) ) . ' )',
			$this->table,
			Wanted::Absent->value,
			Wanted::Absent->first_stage()->value,
			$now,
			Wanted::Absent->first_state()->value,
			$now,
			Wanted::Absent->call(),
			$now,
			$now,
			Wanted::Absent->value
		);
	}

	/**
	 * Begins anew with a row that cannot be read: all that was known of its domain is asked for again, and first whether it is
	 * wanted. What Closte may have is looked for before it is sent. It is no wish for its removal. Where its source is lost,
	 * nobody is known to have asked for it by hand: what nothing wants is let go as always.
	 */
	public function begin_anew( Ledger_Row $row ): void {
		$now     = $this->now();
		$blog_id = isset( $row->unread['blog_id'] ) ? 0 : $row->blog_id;

		$this->database->run(
			"UPDATE %i SET
				may_have_landed = CASE WHEN accepted_at = 0 AND last_added_at = 0 AND attempts = 0 THEN may_have_landed ELSE 1 END,
				wanted = %s, stage = %s, stage_since = %d, state = %s, state_since = %d, next_call = %s, attempts = 0,
				next_check_at = %d, revision = %d,
				lease_owner = '', lease_until = 0, needs_confirmation = %d, accepted_at = 0, last_added_at = 0,
				error_kind = '', error_reason = '', error_message = '', retry_after = 0, dns_state = '', dns_checked_at = 0,
				certificate_state = '', certificate_not_after = 0, certificate_issuer = '', certificate_checked_at = 0,
				problems = '[]', source = %s, " . self::TOLD . ', blog_id = %d, created_at = %d, updated_at = %d
			WHERE domain = %s',
			$this->table,
			$row->wanted->value,
			$row->wanted->first_stage()->value,
			$now,
			$row->wanted->first_state()->value,
			$now,
			$row->wanted->call(),
			$now,
			max( $now, isset( $row->unread['revision'] ) ? 0 : $row->revision + 1 ),
			(int) ( $row->needs_confirmation || Wanted::Absent === $row->wanted ),
			isset( $row->unread['source'] ) ? Row_Source::SYNC : $row->source,
			$blog_id,
			$blog_id,
			min( $now, max( 0, $row->created_at ) ),
			$now,
			$row->domain
		);
	}

	/**
	 * A site's own event names its site; one by hand, by a reconcile or for a www name does not take a row from a site. That it
	 * was asked for by hand is kept.
	 */
	private function take_over( string $domain, int $blog_id, string $source, int $now ): void {
		$this->database->run(
			'UPDATE %i SET needs_confirmation = 0, next_check_at = %d, blog_id = CASE WHEN blog_id = 0 THEN %d ELSE blog_id END WHERE domain = %s AND needs_confirmation = 1',
			$this->table,
			$now,
			$blog_id,
			$domain
		);

		if ( Row_Source::MANUAL === $source ) {
			$this->database->run( 'UPDATE %i SET by_hand = 1, updated_at = %d WHERE domain = %s AND by_hand = 0 AND source <> %s', $this->table, $now, $domain, $source );

			// One that no site has gets the site that it was asked for.
			if ( $blog_id > 0 ) {
				$this->database->run( 'UPDATE %i SET blog_id = %d, updated_at = %d WHERE domain = %s AND blog_id = 0', $this->table, $blog_id, $now, $domain );
			}
		}

		if ( Row_Source::is_of_a_site( $source ) ) {
			$this->database->run(
				"UPDATE %i SET by_hand = CASE WHEN source = 'manual' THEN 1 ELSE by_hand END, " . self::TOLD . ', blog_id = %d, source = %s, updated_at = %d
				WHERE domain = %s AND ( blog_id <> %d OR source <> %s )',
				$this->table,
				$blog_id,
				$blog_id,
				$source,
				$now,
				$domain,
				$blog_id,
				$source
			);
		} elseif ( Row_Source::WWW === $source && $blog_id > 0 ) {
			$this->follow( $domain, $blog_id, $now );
		}
	}

	/**
	 * The www name that came with a domain goes with it to another site.
	 */
	private function follow( string $www, int $blog_id, int $now ): void {
		$this->database->run(
			'UPDATE %i SET told_blog_id = 0, blog_id = %d, updated_at = %d WHERE domain = %s AND source = %s AND blog_id <> %d',
			$this->table,
			$blog_id,
			$now,
			$www,
			Row_Source::WWW,
			$blog_id
		);
	}

	public function retire( Ledger_Row $row ): bool {
		$now = $this->now();

		return $this->database->run(
			"UPDATE %i SET wanted = %s, stage = %s, stage_since = %d, state = %s, state_since = %d,
				next_call = '', attempts = 0, next_check_at = 0, revision = revision + 1, needs_confirmation = 0, lease_owner = '', lease_until = 0,
				error_kind = '', error_reason = '', error_message = '', retry_after = 0, problems = '[]', updated_at = %d
			WHERE id = %d AND revision = %d AND lease_owner IN ( '', %s )",
			$this->table,
			Wanted::Retired->value,
			Wanted::Retired->first_stage()->value,
			$now,
			Wanted::Retired->first_state()->value,
			$now,
			$now,
			$row->id,
			$row->revision,
			$row->lease_owner
		) > 0;
	}

	public function give_back( Ledger_Row $row, string $source, int $blog_id ): void {
		$this->database->run(
			'UPDATE %i SET told_blog_id = 0, blog_id = %d, source = %s, by_hand = 0, needs_confirmation = 0, updated_at = %d WHERE id = %d AND revision = %d',
			$this->table,
			$blog_id,
			$source,
			$this->now(),
			$row->id,
			$row->revision
		);
	}

	public function leave_to_site( Ledger_Row $row ): void {
		$this->database->run(
			'UPDATE %i SET by_hand = 0, updated_at = %d WHERE id = %d AND source <> %s',
			$this->table,
			$this->now(),
			$row->id,
			Row_Source::MANUAL
		);
	}

	public function drop_by_hand( Ledger_Row $row ): void {
		$this->database->run(
			"UPDATE %i SET source = CASE WHEN source = 'manual' THEN %s ELSE source END, by_hand = 0, updated_at = %d WHERE id = %d AND revision = %d",
			$this->table,
			Row_Source::CORE,
			$this->now(),
			$row->id,
			$row->revision
		);
	}

	/**
	 * As the extension does where Closte says that it has a domain already: it need not be added again for an hour. An
	 * answer to an earlier claim that comes late would change what was written here: it finds another revision.
	 *
	 * @param non-empty-list<string> $domains
	 */
	public function accept( array $domains ): void {
		$now = $this->now();

		$this->database->run(
			"UPDATE %i SET stage = 'checking-dns', stage_since = %d, state = 'waiting', state_since = %d,
				next_call = '', accepted_at = %d, last_added_at = %d, attempts = 0, next_check_at = %d, revision = revision + 1, may_have_landed = 0, error_kind = '', error_reason = '', error_message = '', retry_after = 0, problems = '[]',
				updated_at = %d
			WHERE domain IN ( " . Database::placeholders( $domains ) . " ) AND wanted = 'present' AND accepted_at = 0 AND " . Lease::is_free( $now ),
			$this->table,
			$now,
			$now,
			$now,
			$now,
			$now,
			$now,
			...$domains
		);
	}

	/**
	 * Closte is asked before the domain is sent: the list may have been an old one. Until then a removal needs its call.
	 */
	public function send_again( string $domain ): void {
		$now = $this->now();

		$this->database->run(
			"UPDATE %i SET stage = 'pending', stage_since = %d, state = 'waiting', state_since = %d,
				next_call = 'add', accepted_at = 0, attempts = 0, next_check_at = %d, may_have_landed = 1,
				revision = revision + 1, updated_at = %d
			WHERE domain = %s AND wanted = 'present' AND " . Lease::is_free( $now ),
			$this->table,
			$now,
			$now,
			$now,
			$now,
			$domain
		);
	}

	/**
	 * The name without its `www.`.
	 */
	public static function base_name( string $domain ): string {
		return 1 === preg_match( '/^www\.(.+\..+)$/', $domain, $parts ) ? $parts[1] : $domain;
	}

	/**
	 * @param array<string, mixed> $by_domain
	 * @return list<string>
	 */
	public static function names( array $by_domain ): array {
		return array_map( strval( ... ), array_keys( $by_domain ) );
	}

	private function now(): int {
		return ( $this->clock )();
	}
}
