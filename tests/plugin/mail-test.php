<?php
/**
 * The weekly summary to the network admin, and the email to the owner of a site.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Notices;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\State;
use ClosteSync\Log\Log_Query;
use ClosteSync\Mail\Owner_Mail;

require_once __DIR__ . '/class-screens-test-case.php';

final class Mail_Test extends Screens_Test_Case {

	/** @var list<array{to: string, subject: string, message: string}> */
	private array $mails = array();

	private bool $is_taken = true;

	/** @var list<string> Recipients that the mail server refuses. */
	private array $refused = array();

	protected function setUp(): void {
		parent::setUp();
		$this->set( array( 'www' => 'never', 'owner_mail' => true, 'digest' => true ) );
		$this->mails    = array();
		$this->is_taken = true;
		$this->refused  = array();
		add_filter( 'send_site_admin_email_change_email', '__return_false' );
		add_filter( 'send_network_admin_email_change_email', '__return_false' );
		add_filter(
			'pre_wp_mail',
			function ( mixed $short, array $mail ): bool {
				$this->mails[] = $mail;
				$is_taken      = $this->is_taken && ! in_array( $mail['to'], $this->refused, true );

				if ( ! $is_taken ) {
					do_action( 'wp_mail_failed', new \WP_Error( 'wp_mail_failed', 'The mail server is away.' ) );
				}

				return $is_taken;
			},
			10,
			2
		);
	}

	public function test_an_owner_who_must_act_for_a_day_is_told_once(): void {
		$site = $this->site( 'shop', 'owner@shop.example' );
		$this->trouble( 'new.example', $site, DAY_IN_SECONDS - 60 );
		$this->send();
		self::assertSame( array(), $this->mails );

		$this->trouble( 'shop.example', $site, DAY_IN_SECONDS + 60 );
		$this->trouble( 'other.example', $this->site( 'other', 'owner@other.example' ), HOUR_IN_SECONDS );
		$this->send();
		self::assertSame( array( 'owner@shop.example' ), array_column( $this->mails, 'to' ) );
		self::assertSame( '[shop & more] Change the DNS of 2 domains', $this->mails[0]['subject'] );
		foreach ( array( 'shop.example points elsewhere.', "DNS records:\nSet: shop.example A 203.0.113.9", 'new.example points elsewhere.', get_admin_url( $site ) ) as $text ) {
			self::assertStringContainsString( $text, $this->mails[0]['message'] );
		}

		$this->send();
		self::assertCount( 1, $this->mails );
		self::assertSame( array( 'done', 'done' ), $this->logged() );
	}

	public function test_an_owner_is_told_again_of_what_is_new_after_it_was_right(): void {
		$site = $this->site( 'shop', 'owner@shop.example' );
		$this->trouble( 'shop.example', $site, 2 * DAY_IN_SECONDS );
		$this->send();

		// Nobody could look for a while: that is the same trouble.
		$this->becomes( 'shop.example', State::NetworkMustAct );
		$this->trouble( 'shop.example', $site, 2 * DAY_IN_SECONDS );
		$this->send();
		self::assertCount( 1, $this->mails );

		$this->becomes( 'shop.example', State::Working );
		$this->trouble( 'shop.example', $site, 2 * DAY_IN_SECONDS );
		$this->send();
		self::assertCount( 2, $this->mails );
		self::assertSame( '[shop & more] Change the DNS of shop.example', $this->mails[1]['subject'] );
	}

	public function test_an_owner_reads_nothing_of_the_network(): void {
		$this->trouble( 'shop.example', $this->site( 'shop', 'owner@shop.example' ), 2 * DAY_IN_SECONDS );
		$this->set_rows( "stage = 'checking-ssl-cert', error_kind = 'protocol', error_reason = 'redirect'" );
		$this->send();

		self::assertStringContainsString( 'shop.example points elsewhere.', $this->mails[0]['message'] );
		self::assertStringNotContainsString( 'base_url', $this->mails[0]['message'] );
	}

	public function test_another_owner_is_told_of_a_domain_that_goes_to_another_site(): void {
		$this->trouble( 'shop.example', $this->site( 'shop', 'owner@shop.example' ), 2 * DAY_IN_SECONDS );
		$this->send();
		$this->plugin->ledger()->want( 'shop.example', $this->site( 'other', 'owner@other.example' ), Row_Source::CORE );
		$this->send();

		self::assertSame( array( 'owner@shop.example', 'owner@other.example' ), array_column( $this->mails, 'to' ) );
	}

	public function test_while_the_mail_server_takes_nothing_it_is_left_alone_for_a_while(): void {
		$this->troubled_sites( array( 'a' => 'a', 'b' => 'b', 'c' => 'c' ) );
		$this->is_taken = false;
		$this->send();
		$this->send();
		self::assertSame( array( 'owner@a.example', 'owner@b.example' ), array_column( $this->mails, 'to' ) );
		self::assertSame( array( 'failed', 'failed' ), $this->logged() );

		$this->is_taken = true;
		delete_site_transient( 'closte_sync_mail_pause' );
		$this->send();
		$this->a_day_later();
		$this->send();
		$this->send();
		self::assertSame( array( 'owner@c.example', 'owner@a.example', 'owner@b.example' ), array_column( array_slice( $this->mails, 2 ), 'to' ) );
	}

	public function test_an_address_that_is_refused_keeps_no_other_owner_waiting_nor_the_summary(): void {
		$this->troubled_sites( array( 'a' => 'a', 'b' => 'b', 'c' => 'c', 'd' => 'a' ) );
		$this->refused = array( 'owner@a.example' );
		$this->send();
		$this->send();
		self::assertSame( array( 'owner@a.example', 'owner@b.example', 'owner@c.example', 'owner@a.example' ), array_column( $this->mails, 'to' ) );
		$this->daily();
		self::assertCount( 5, $this->mails );

		$this->a_day_later();
		$this->trouble( 'e.example', $this->site( 'e', 'owner@e.example' ), 2 * DAY_IN_SECONDS );
		$this->send();
		self::assertSame( array( 'owner@a.example', 'owner@a.example', 'owner@e.example' ), array_column( array_slice( $this->mails, 5 ), 'to' ) );
	}

	/**
	 * @testWith [""]
	 *           ["nobody"]
	 */
	public function test_an_owner_without_an_address_is_told_once_there_is_one( string $email ): void {
		$site = $this->site( 'shop', 'owner@shop.example' );
		$this->wpdb->update( $this->wpdb->get_blog_prefix( $site ) . 'options', array( 'option_value' => $email ), array( 'option_name' => 'admin_email' ) );
		$this->trouble( 'shop.example', $site, 2 * DAY_IN_SECONDS );
		$this->send();
		self::assertSame( array( array(), 0 ), array( $this->mails, $this->row( 'shop.example' )->told_blog_id ) );

		update_blog_option( $site, 'admin_email', 'owner@shop.example' );
		$this->a_day_later();
		$this->send();
		self::assertCount( 1, $this->mails );
	}

	public function test_sites_with_many_domains_each_and_those_of_long_ago_count_as_many_too(): void {
		add_filter( 'closte_sync_owner_mails_at_once', static fn(): int => 2 );
		$this->troubled_sites( array( 'a' => 'a', 'b' => 'b', 'c' => 'c' ), WEEK_IN_SECONDS );
		$owners = array();
		foreach ( range( 1, 200 ) as $number ) {
			$owners[ "a$number.example" ] = array( 'blog_id' => get_id_from_blogname( 'a' ), 'source' => Row_Source::CORE );
		}
		$this->plugin->ledger()->want_all( $owners );
		$this->wpdb->update( $this->plugin->schema()->table(), array( 'state' => State::OwnerMustAct->value, 'state_since' => time() - 8 * DAY_IN_SECONDS ), array( 'blog_id' => get_id_from_blogname( 'a' ) ) );
		$this->send();

		self::assertSame( array( array(), 3 ), array( $this->mails, Owner_Mail::held() ) );
	}

	public function test_many_owners_at_once_are_told_when_a_network_admin_says_so(): void {
		foreach ( array( 'a', 'b', 'c' ) as $i => $name ) {
			$this->trouble( "$name.example", $this->site( $name, "owner@$name.example" ), 2 * DAY_IN_SECONDS - $i );
		}
		add_filter( 'closte_sync_owner_mails_at_once', static fn(): int => 2 );
		$this->send();
		self::assertSame( array(), $this->mails );

		$this->log_in( 'super' );
		set_current_screen( 'sites-network' );
		$notices = $this->printed( ( new Notices( $this->plugin ) )->show( ... ) );
		self::assertStringContainsString( 'The emails to the owners of 3 sites are on hold.', $notices );

		self::assertSame( 302, $this->submit( 'network_admin_edit_closte-sync-tell-owners', array( '_wpnonce' => wp_create_nonce( 'closte-sync-tell-owners' ) ) ) );
		set_current_screen( 'sites-network' );
		self::assertStringNotContainsString( 'on hold', $this->printed( ( new Notices( $this->plugin ) )->show( ... ) ) );

		$this->send();
		self::assertSame( array( 'owner@a.example', 'owner@b.example', 'owner@c.example' ), array_column( $this->mails, 'to' ) );

		$this->trouble( 'late.example', $this->site( 'late', 'owner@late.example' ), 2 * DAY_IN_SECONDS );
		$this->send();
		self::assertSame( 'owner@late.example', $this->mails[3]['to'] ?? '' );
	}

	public function test_many_owners_one_after_the_other_are_told_when_a_network_admin_says_so_too(): void {
		add_filter( 'closte_sync_owner_mails_at_once', static fn(): int => 2 );
		$this->trouble( 'a.example', $this->site( 'a', 'owner@a.example' ), DAY_IN_SECONDS + HOUR_IN_SECONDS );
		$this->trouble( 'b.example', $this->site( 'b', 'owner@b.example' ), DAY_IN_SECONDS - HOUR_IN_SECONDS );
		$this->trouble( 'old.example', $this->site( 'old', 'owner@old.example' ), WEEK_IN_SECONDS );
		update_network_option( get_main_network_id(), 'closte_sync_owner_mail_released', time() - 6 * DAY_IN_SECONDS );
		$this->send();
		self::assertSame( array( 'owner@old.example', 'owner@a.example' ), array_column( $this->mails, 'to' ) );

		$this->trouble( 'c.example', $this->site( 'c', 'owner@c.example' ), HOUR_IN_SECONDS );
		$this->trouble( 'b.example', get_id_from_blogname( 'b' ), DAY_IN_SECONDS + 60 );
		$this->send();
		self::assertCount( 2, $this->mails );
		self::assertSame( 1, Owner_Mail::held() );

		$this->becomes( 'c.example', State::Working );
		$this->send();
		self::assertSame( 'owner@b.example', $this->mails[2]['to'] ?? '' );
		self::assertSame( 0, Owner_Mail::held() );
	}

	public function test_an_owner_is_told_again_of_a_domain_that_a_site_takes_again(): void {
		$site = $this->site( 'shop', 'owner@shop.example' );
		$this->trouble( 'shop.example', $site, 2 * DAY_IN_SECONDS );
		$this->send();
		$this->plugin->ledger()->unwant( 'shop.example', $site, Row_Source::CORE );
		$this->trouble( 'shop.example', $site, 2 * DAY_IN_SECONDS );
		$this->send();

		self::assertCount( 2, $this->mails );
	}

	/**
	 * @testWith ["archived"]
	 *           ["spam"]
	 *           ["deleted"]
	 */
	public function test_the_owner_of_a_site_that_is_off_is_told_once_it_is_back( string $mark ): void {
		$site = $this->site( 'shop', 'owner@shop.example' );
		$this->wpdb->update( $this->wpdb->blogs, array( $mark => '1' ), array( 'blog_id' => $site ) );
		clean_blog_cache( $site );
		$this->trouble( 'shop.example', $site, 2 * DAY_IN_SECONDS );
		$this->send();
		self::assertSame( array(), $this->mails );

		$this->wpdb->update( $this->wpdb->blogs, array( $mark => '0' ), array( 'blog_id' => $site ) );
		clean_blog_cache( $site );
		$this->send();
		self::assertCount( 1, $this->mails );
	}

	public function test_an_owner_is_told_in_the_language_of_the_site(): void {
		add_filter( 'get_available_languages', static fn( array $languages ): array => array( ...$languages, 'de_DE' ) );
		$languages = new \ReflectionProperty( \WP_Locale_Switcher::class, 'available_languages' );
		$installed = $languages->getValue( $GLOBALS['wp_locale_switcher'] );
		$languages->setValue( $GLOBALS['wp_locale_switcher'], array( ...$installed, 'de_DE' ) );
		add_filter( 'gettext_closte-sync', static fn( string $translated, string $text ): string => 'de_DE' === determine_locale() ? "DE $text" : $translated, 10, 2 );
		$site = $this->site( 'shop', 'owner@shop.example' );
		update_blog_option( $site, 'WPLANG', 'de_DE' );
		$this->trouble( 'shop.example', $site, 3 * DAY_IN_SECONDS );
		$this->trouble( 'other.example', $this->site( 'other', 'owner@other.example' ), 2 * DAY_IN_SECONDS );
		$locale = determine_locale();
		$this->send();
		$languages->setValue( $GLOBALS['wp_locale_switcher'], $installed );

		self::assertStringContainsString( 'DE Dashboard of your site', $this->mails[0]['message'] );
		self::assertStringNotContainsString( 'DE ', $this->mails[1]['message'] );
		self::assertSame( $locale, determine_locale() );
	}

	public function test_the_mail_to_an_owner_can_be_changed_and_kept_back(): void {
		$site = $this->site( 'shop', 'owner@shop.example' );
		$this->trouble( 'shop.example', $site, 2 * DAY_IN_SECONDS );
		add_filter(
			'closte_sync_owner_mail',
			function ( array $mail, array $rows, \WP_Site $of ) use ( $site ): ?array {
				self::assertSame( array( 'shop.example' ), array_column( $rows, 'domain' ) );
				self::assertSame( $site, (int) $of->blog_id );

				return null;
			},
			10,
			3
		);
		$this->send();
		remove_all_filters( 'closte_sync_owner_mail' );
		$this->send();

		self::assertSame( array(), $this->mails );
	}

	/**
	 * @testWith [{"owner_mail": false}]
	 *           [{"enabled": false}]
	 */
	public function test_no_owner_is_told_while_it_is_off( array $settings ): void {
		$this->trouble( 'shop.example', $this->site( 'shop', 'owner@shop.example' ), 2 * DAY_IN_SECONDS );
		$this->set( $settings );
		$this->send();

		self::assertSame( array(), $this->mails );
	}

	public function test_a_run_tells_owners_and_forgets_what_is_right(): void {
		$this->trouble( 'shop.example', $this->site( 'shop', 'owner@shop.example' ), 2 * DAY_IN_SECONDS );
		$this->set_rows( 'next_check_at = ' . ( time() + HOUR_IN_SECONDS ), 'shop.example' );
		$this->run_due();

		self::assertSame( array( 'owner@shop.example' ), array_column( $this->mails, 'to' ) );
	}

	public function test_the_summary_is_sent_once_a_week_with_what_to_do(): void {
		$site = $this->site( 'shop', 'owner@shop.example' );
		$this->trouble( 'shop.example', $site, 3 * HOUR_IN_SECONDS + 60 );
		$this->plugin->ledger()->want( 'soon.example', $site, Row_Source::CORE );
		$this->set_rows( "state = 'working', stage = 'done', next_call = '', certificate_not_after = " . ( time() + 3 * DAY_IN_SECONDS + 60 ), 'soon.example' );
		update_network_option( null, 'admin_email', 'network@admin.example' );
		$this->daily();

		self::assertSame( array( 'network@admin.example' ), array_column( $this->mails, 'to' ) );
		self::assertStringContainsString( '1 domain needs attention', $this->mails[0]['subject'] );
		foreach ( array( "Network admin must act: 0\nOwner must act: 1", 'shop.example – Owner must act, for 3 hours', 'Set: shop.example A 203.0.113.9', 'soon.example: expires in 3 days', 'page=closte-sync-domains' ) as $text ) {
			self::assertStringContainsString( $text, $this->mails[0]['message'] );
		}

		$this->daily();
		self::assertCount( 1, $this->mails );

		update_network_option( get_main_network_id(), 'closte_sync_digest', time() - WEEK_IN_SECONDS );
		$this->daily();
		self::assertCount( 2, $this->mails );
	}

	public function test_there_is_no_summary_of_nothing_nor_while_it_is_off(): void {
		$this->plugin->ledger()->want( 'fine.example', 1, Row_Source::CORE );
		$this->set_rows( "state = 'working', stage = 'done', next_call = ''" );
		$this->daily();
		self::assertSame( array(), $this->mails );

		delete_network_option( get_main_network_id(), 'closte_sync_digest' );
		$this->trouble( 'shop.example', 1, HOUR_IN_SECONDS );
		$this->set( array( 'digest' => false ) );
		$this->daily();
		$this->set( array( 'digest' => true, 'enabled' => false ) );
		$this->daily();
		self::assertSame( array(), $this->mails );
	}

	public function test_a_summary_that_could_not_be_sent_is_sent_by_the_next_daily_run(): void {
		$this->trouble( 'shop.example', 1, HOUR_IN_SECONDS );
		$this->is_taken = false;
		$this->daily();
		self::assertSame( array( 'failed' ), $this->logged() );

		$this->is_taken = true;
		$this->daily();
		$this->daily();
		self::assertCount( 2, $this->mails );
	}

	private function site( string $name, string $email ): int {
		$id = $this->create_site( $name );
		update_blog_option( $id, 'admin_email', $email );
		update_blog_option( $id, 'blogname', "$name &amp; more" );

		return $id;
	}

	/**
	 * @param array<string, string> $sites Names of sites, with those of their owners, the oldest trouble first.
	 */
	private function troubled_sites( array $sites, int $seconds = 3 * DAY_IN_SECONDS ): void {
		foreach ( array_keys( $sites ) as $i => $name ) {
			$this->trouble( "$name.example", $this->site( $name, "owner@{$sites[ $name ]}.example" ), $seconds - $i );
		}
	}

	private function trouble( string $domain, int $blog_id, int $seconds ): void {
		$this->plugin->ledger()->want( $domain, $blog_id, Row_Source::CORE );
		$this->wpdb->update(
			$this->plugin->schema()->table(),
			array(
				'state'       => State::OwnerMustAct->value,
				'state_since' => time() - $seconds,
				'stage'       => 'checking-dns',
				'next_call'   => '',
				'problems'    => (string) wp_json_encode(
					array(
						array(
							'code'    => 'elsewhere',
							'message' => "$domain points elsewhere.",
							'records' => array( array( 'action' => 'set', 'type' => 'A', 'name' => $domain, 'value' => '203.0.113.9' ) ),
						),
					)
				),
			),
			array( 'domain' => $domain )
		);
	}

	/** A step was taken with this domain. */
	private function becomes( string $domain, State $state ): void {
		$before = $this->row( $domain );
		$this->set_rows( "state = '$state->value', state_since = " . time(), $domain );
		do_action( 'closte_sync_domain_advanced', $domain, $this->row( $domain ), $before );
	}

	private function send(): void {
		$this->next_request();
		$this->plugin->owner_mail()->send_due();
	}

	private function a_day_later(): void {
		$failures = get_network_option( get_main_network_id(), 'closte_sync_owner_mail_undelivered' );
		update_network_option( get_main_network_id(), 'closte_sync_owner_mail_undelivered', array_map( static fn( int $at ): int => $at - DAY_IN_SECONDS, $failures ) );
	}

	private function daily(): void {
		$this->next_request();
		$this->plugin->digest()->send_if_due( 'https://network.example/?page=closte-sync-domains', 'https://network.example/' );
	}

	/**
	 * @return list<string> What came of the emails, oldest first.
	 */
	private function logged(): array {
		$this->plugin->log()->flush();
		$entries = array_filter( $this->plugin->log_table()->query( new Log_Query() ), static fn( object $entry ): bool => 'mail' === $entry->action?->value );

		return array_reverse( array_values( array_map( static fn( object $entry ): string => $entry->outcome->value, $entries ) ) );
	}
}
