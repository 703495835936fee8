package models

import "slices"

// publicMail are domains of mail providers at which anybody can have an address, sorted. The list is not complete and need not
// be: whoever asks to join a team is still looked at by its people.
var publicMail = []string{
	"10minutemail.com", "126.com", "163.com", "aol.com", "att.net", "bigpond.com", "bk.ru", "bluewin.ch", "btinternet.com", "comcast.net",
	"daum.net", "email.com", "fastmail.com", "foxmail.com", "free.fr", "freenet.de", "gmail.com", "gmx.at", "gmx.ch", "gmx.com", "gmx.de",
	"gmx.net", "googlemail.com", "guerrillamail.com", "hanmail.net", "hey.com", "hotmail.co.uk", "hotmail.com", "hotmail.de", "hotmail.fr",
	"icloud.com", "inbox.ru", "laposte.net", "libero.it", "list.ru", "live.com", "live.de", "mac.com", "mail.com", "mail.ru", "mailbox.org",
	"mailinator.com", "me.com", "msn.com", "naver.com", "o2.pl", "onet.pl", "orange.fr", "outlook.com", "outlook.de", "pm.me", "posteo.de",
	"proton.me", "protonmail.com", "qq.com", "rediffmail.com", "rocketmail.com", "seznam.cz", "sina.com", "t-online.de", "tuta.io",
	"tutanota.com", "uol.com.br", "verizon.net", "virgilio.it", "wanadoo.fr", "web.de", "wp.pl", "yahoo.co.in", "yahoo.co.jp",
	"yahoo.co.uk", "yahoo.com", "yahoo.de", "yahoo.fr", "yandex.com", "yandex.ru", "ymail.com", "zoho.com",
}

// IsPublicMail says whether a domain, in its normal form, is known to give an address to anybody.
func IsPublicMail(domain string) bool {
	_, found := slices.BinarySearch(publicMail, domain)
	return found
}
